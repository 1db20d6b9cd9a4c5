// SPDX-License-Identifier: Apache-2.0
//
// The Retry-After header (RFC 9110 §10.2.3), in both of its forms.

#pragma once

#include <optional>

#include "base/clock.h"
#include "net/http_client.h"

namespace kcert::net {

/// How long to wait from `now`, never negative; nothing where the header is missing or malformed.
std::optional<Duration> retry_after(const Response& response, Time now);

}  // namespace kcert::net
