// SPDX-License-Identifier: Apache-2.0
//
// Where in a file the fault of a Finding stands: its path, followed through the Value that was
// read.

#pragma once

#include "json/finding.h"
#include "json/value.h"

namespace kcert::json {

/// The line on which the value at `path` begins; of what is missing, the line of the nearest value
/// around it. 0 where `root` was not read from a text.
int line_of(const Value& root, const FieldPath& path);

/// Gives every finding without a line the one of its path in `root`.
void place(Findings& findings, const Value& root);

}  // namespace kcert::json
