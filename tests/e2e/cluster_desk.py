# SPDX-License-Identifier: Apache-2.0
"""A person's desk with an API server in place of a folder: objects in a fresh namespace, the program run with KUBECONFIG."""

import base64
import json
import subprocess
from pathlib import Path

from desk import API, PROGRAM, _environment, merged, run, unique

PLACES = {"secrets": "api/v1", "events": "api/v1", "leases": "apis/coordination.k8s.io/v1", "certificates": f"apis/{API}"}
RBAC = Path(__file__).resolve().parents[2] / "manifests" / "rbac"


class ClusterDesk:
    """One Certificate `web`, its Issuer `lab-ca` and the Secret `dns-key` with the TSIG key, for names of their own.

    `ClusterDesk(cluster, dns, pebble).put()` makes them in a fresh namespace. The program runs as `user` (else the
    desk's, which is admin) or with `kubeconfig`, a path of which the current context names the namespace or `-n` is added.
    It reaches the API server through `api`, a Proxy, where one is given; what is looked up here goes past that."""

    def __init__(self, cluster, dns, ca, namespace=None, names=None, user="admin", api=None):
        self.cluster, self.dns, self.ca, self.user, self.api = cluster, dns, ca, user, api or cluster
        self.namespace = namespace or cluster.new_namespace()
        self.names = list(names or [unique()])

    # ---- what stands there

    def objects(self, certificate=None, issuer=None, rfc2136=None):
        """Secret, Issuer and Certificate; the dicts are merge patches on the spec of each object."""
        tsig = {"nameserver": f"127.0.0.1:{self.dns.port}", "tsigKeyName": "lab-key",
                "tsigAlgorithm": "HMACSHA256", "tsigSecretSecretRef": {"name": "dns-key", "key": "tsig"}}
        acme = {"server": self.ca.url, "email": "user@example.com", "privateKeySecretRef": {"name": "account"},
                "dns01": {"providers": [{"name": "our-dns", "rfc2136": merged(tsig, rfc2136 or {})}]}}
        spec = {"secretName": "web-tls", "issuerRef": {"name": "lab-ca"}, "dnsNames": self.names,
                "acme": {"config": [{"dns01": {"provider": "our-dns"}, "domains": self.names}]}}
        return [self.object("Secret", "dns-key", stringData={"tsig": self.dns.secrets["lab-key"]}),
                self.object("Issuer", "lab-ca", spec=merged({"acme": acme}, issuer or {})),
                self.object("Certificate", "web", spec=merged(spec, certificate or {}))]

    def object(self, kind, name, metadata=None, **members):
        return {"apiVersion": "v1" if kind == "Secret" else API, "kind": kind,
                "metadata": {"name": name, "namespace": self.namespace} | (metadata or {}), **members}

    def put(self, **patches):
        self.cluster.apply(*self.objects(**patches))
        return self

    def write(self, path, **patches):
        """The Issuer and the Certificate as a file, in place of put(); the path."""
        Path(path).write_text("---\n".join(json.dumps(o, indent=1) + "\n" for o in self.objects(**patches)[1:]))
        return path

    # ---- the program

    def flags(self):
        return ["--acme-ca", str(self.ca.ca_file), "--dns01-recursive-nameservers", f"127.0.0.1:{self.dns.port}",
                "--dns-port", str(self.dns.port)]

    def issue_command(self, *more):
        """The command for the Certificate `web`; with `-f` among `more` no name is given."""
        name = [] if "-f" in more else ["web"]
        return [str(PROGRAM), "issue", *name, "-n", self.namespace, *self.flags(), *map(str, more)]

    def environment(self, user=None, kubeconfig=None):
        place = {"server": self.api.url, "certificate-authority": str(self.api.ca_file)}
        config = kubeconfig or self.cluster.kubeconfig(user=user or self.user, namespace=self.namespace, cluster=place)
        return {"KUBECONFIG": str(config), "HOME": str(self.cluster.folder)}

    def issue(self, *more, user=None, kubeconfig=None, seconds=90, **environment):
        return run(self.issue_command(*more), seconds, **self.environment(user, kubeconfig) | environment)

    def start(self, *more, user=None, kubeconfig=None, **environment):
        """issue() in the background; desk.finish() reads its output."""
        return subprocess.Popen(self.issue_command(*more), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True,
                                env=_environment(self.environment(user, kubeconfig) | environment))

    def describe(self, *more, user=None, kubeconfig=None, **environment):
        return self.program("describe", "web", *more, user=user, kubeconfig=kubeconfig, **environment)

    def program(self, command, *more, user=None, kubeconfig=None, seconds=60, **environment):
        """Any command of the program, in the desk's namespace."""
        return run([str(PROGRAM), command, "-n", self.namespace, *map(str, more)], seconds,
                   **self.environment(user, kubeconfig) | environment)

    # ---- what it left behind

    def secret(self, name="web-tls"):
        """The data of a Secret, decoded; None where there is none."""
        document = self.stored("secrets", name)
        return document and {k: base64.b64decode(v) for k, v in document.get("data", {}).items()}

    def certificate(self):
        return self.stored("certificates", "web")

    def kept(self, kind="secrets"):
        """The names of all objects of that kind in the namespace."""
        return {item["metadata"]["name"] for item in self.stored(kind)["items"]}

    def stored(self, plural, name=""):
        """An object, None where there is none; without a name the list of all. No kubectl: it costs a process each time."""
        answer = self.cluster.rest.call("GET", f"/{PLACES[plural]}/namespaces/{self.namespace}/{plural}/{name}".rstrip("/"))
        assert answer.ok or answer.status == 404, answer
        return answer.body if answer.ok else None

    def left_records(self, names=None):
        """The TXT records that stand below one of the names anywhere in the lab."""
        bare = [name.removeprefix("*.") for name in names or self.names]
        return {record for record in self.dns.all_txt_records() if any(name in record[0] for name in bare)}
