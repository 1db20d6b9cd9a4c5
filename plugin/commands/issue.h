// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "cli/exit_status.h"
#include "cli/invocation.h"
#include "commands/context.h"
#include "dns/resolver.h"
#include "net/http_client.h"

namespace kcert::commands {

/// The network behind an issuance; must outlive it.
struct Network {
    net::HttpClient& http;
    dns::Resolver& resolver;
};

/// Issues the certificate of one Certificate, or with --dry-run looks whether it could.
cli::ExitStatus issue(const cli::IssueOptions& options, const Network& network,
                      const Context& context);

}  // namespace kcert::commands
