// SPDX-License-Identifier: Apache-2.0
//
// JSON text (RFC 8259) to Value and back.

#pragma once

#include <string>
#include <string_view>

#include "json/value.h"

namespace kcert::json {

/// Depth at most 100, UTF-8 checked, nothing but white space behind the value. Of members of the
/// same name the last counts. Throws Error{Config} that tells line and column; it never quotes
/// the text, which may hold secrets.
Value parse_json(std::string_view text);

/// Compact.
std::string write_json(const Value& value);

/// As kubectl prints it: four spaces a level, a line end behind; no control of a terminal in it.
std::string write_pretty_json(const Value& value);

}  // namespace kcert::json
