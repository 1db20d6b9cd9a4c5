// SPDX-License-Identifier: Apache-2.0
//
// What a YAML scalar without quotes stands for, as kubectl understands it: the rules of go-yaml v2,
// then what becomes of them on the way through JSON (1e3 and 08 are the integers 1000 and 8). Pure.

#pragma once

#include <string_view>

#include "json/value.h"

namespace kcert::json {

/// Null, a boolean, a number, or the text itself. The floats .inf and .nan come as they are: the
/// caller refuses them, JSON has none.
Value resolve_plain(std::string_view text);

}  // namespace kcert::json
