// A solver webhook as its authors make them: cert-manager's own server around one solver, here the
// one for dynamic DNS updates. The environment's GROUP_NAME is its API group.
package main

import (
	"os"

	"github.com/cert-manager/cert-manager/pkg/acme/webhook/cmd"
	"github.com/cert-manager/cert-manager/pkg/issuer/acme/dns/rfc2136"
)

func main() {
	cmd.RunWebhookServer(os.Getenv("GROUP_NAME"), rfc2136.New())
}
