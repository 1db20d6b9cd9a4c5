// SPDX-License-Identifier: Apache-2.0
//
// The log for those who look into a run (-v): stderr, one line an event, through spdlog. Never a
// secret: what is Sensitive cannot be formatted. Results and progress do not go here, but to cli.

#pragma once

#include <string_view>

namespace kcert::log {

/// 0 silent (the default), 1 steps, 6 requests, 7 with headers, 8 with bodies (kubectl's levels).
void set_level(int level);
bool enabled(int level);

/// One line; control characters in it are shown, not obeyed.
void write(int level, std::string_view line);

}  // namespace kcert::log
