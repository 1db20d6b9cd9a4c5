// SPDX-License-Identifier: Apache-2.0
//
// What the user's command line and environment hand to the DNS providers.

#pragma once

#include <map>
#include <string>
#include <vector>

#include "cli/invocation.h"
#include "dns01/settings.h"
#include "session/session.h"

namespace kcert::commands {

/// The session must outlive what they are given to.
dns01::ProviderSettings provider_settings(const cli::IssueOptions& options,
                                          const session::Session& session,
                                          const session::Variables& variables);

/// --dns01-exec: the program's file by the provider's name. A bare name is looked for in PATH.
/// Throws Error{Usage}.
std::map<std::string, std::string> programs(const std::vector<std::string>& flags);

}  // namespace kcert::commands
