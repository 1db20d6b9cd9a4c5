// SPDX-License-Identifier: Apache-2.0
//
// Where in a file the fault of a Finding stands: its path, followed through the Value that was
// read.

#pragma once

#include <string>

#include "json/finding.h"
#include "json/value.h"

namespace kcert::json {

/// The line on which the value at `path` begins; of what is missing, the line of the nearest value
/// around it. 0 where `root` was not read from a text.
int line_of(const Value& root, const FieldPath& path);

/// What remains to be done when all faults of an object are gathered: echoes are dropped, and every
/// finding without a line gets the one of its path in `root`, and `file`.
void settle(Findings& findings, const Value& root, const std::string& file);

}  // namespace kcert::json
