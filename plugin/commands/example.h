// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "cli/exit_status.h"
#include "cli/invocation.h"
#include "commands/context.h"

namespace kcert::commands {

/// Prints a Secret, an Issuer and a Certificate to fill in for a provider of the solver catalogue.
/// Throws Error{Usage} that lists the providers where there is no such one.
cli::ExitStatus example(const cli::ExampleOptions& options, const Context& context);

}  // namespace kcert::commands
