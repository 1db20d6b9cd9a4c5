// SPDX-License-Identifier: Apache-2.0
//
// Data on stdout in the formats that kubectl knows.

#pragma once

#include "cli/console.h"
#include "cli/invocation.h"
#include "json/value.h"

namespace kcert::commands {

/// `value` as JSON or YAML. REQUIRES: the format is one of the two.
void print(const json::Value& value, cli::OutputFormat format, cli::Console& console);

}  // namespace kcert::commands
