// SPDX-License-Identifier: Apache-2.0
//
// Durations as people and Kubernetes write them.

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace kcert {

/// Go's time.ParseDuration: "2160h", "1h30m", "1.5s", "100ms". Nothing where it does not parse.
std::optional<Duration> parse_duration(std::string_view text);

/// Go's Duration.String: "2160h0m0s", "1m30s", "100ms".
std::string format_duration(Duration duration);

/// kubectl's HumanDuration, truncated, never rounded: "33s", "5m30s", "47h", "2d3h", "89d".
std::string human_duration(Duration duration);

}  // namespace kcert
