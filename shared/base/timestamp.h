// SPDX-License-Identifier: Apache-2.0
//
// Instants as text, always UTC.

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace kcert {

/// RFC 3339 to the second, as metav1.Time: "2026-11-30T09:15:00Z".
std::string rfc3339(Time time);

/// RFC 3339 with six digits of a second, as metav1.MicroTime.
std::string rfc3339_micro(Time time);

/// Any RFC 3339 date-time: fraction and offset allowed. Nothing where it does not parse.
std::optional<Time> parse_rfc3339(std::string_view text);

/// "2026-11-30".
std::string iso_date(Time time);

/// RFC1123Z as kubectl describe prints it: "Mon, 30 Nov 2026 09:15:00 +0000".
std::string rfc1123z(Time time);

/// The three forms of an HTTP date (RFC 9110 §5.6.7). Nothing where it does not parse.
std::optional<Time> parse_http_date(std::string_view text);

}  // namespace kcert
