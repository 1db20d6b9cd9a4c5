// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "cli/exit_status.h"
#include "cli/invocation.h"
#include "commands/context.h"

namespace kcert::commands {

/// Judges what -f names, with the references it finds there and in --local. Refused where the rules
/// find an error, Failed where a file cannot be read: its objects are not judged.
cli::ExitStatus validate(const cli::ValidateOptions& options, const Context& context);

}  // namespace kcert::commands
