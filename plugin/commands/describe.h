// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "cli/exit_status.h"
#include "cli/invocation.h"
#include "commands/context.h"

namespace kcert::commands {

/// Prints all that belongs to each Certificate. Done also where something is wrong with one: saying
/// so is what it was asked for. Throws StatusError 404, after printing the others, where one that
/// was named is not there.
cli::ExitStatus describe(const cli::DescribeOptions& options, const Context& context);

/// What a person types to issue this Certificate: "kubectl cert issue web -n shop --local DIR".
std::string issue_command(const std::string& name, const std::string& ns, const Context& context);

}  // namespace kcert::commands
