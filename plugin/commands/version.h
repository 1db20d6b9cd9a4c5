// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "cli/console.h"
#include "cli/exit_status.h"
#include "cli/invocation.h"

namespace kcert::commands {

/// Prints the version as `kubectl version --client` prints its own. Opens and asks nothing.
cli::ExitStatus version(const cli::VersionOptions& options, cli::Console& console);

}  // namespace kcert::commands
