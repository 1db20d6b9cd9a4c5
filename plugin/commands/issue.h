// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "cli/exit_status.h"
#include "cli/invocation.h"
#include "commands/context.h"
#include "dns/resolver.h"
#include "session/environment.h"

namespace kcert::commands {

/// What issuing alone needs of the network; must outlive it.
struct Network {
    dns::Resolver& resolver;
    /// Those of dns01::provider_variables() that the user's environment has.
    session::Variables variables = {};
};

/// Issues the certificate of one Certificate of the store, or of those that -f holds; with
/// --dry-run looks whether it could.
cli::ExitStatus issue(const cli::IssueOptions& options, const Network& network,
                      const Context& context);

}  // namespace kcert::commands
