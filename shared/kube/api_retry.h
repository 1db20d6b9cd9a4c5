// SPDX-License-Identifier: Apache-2.0
//
// Which requests to an API server are sent again, and when: client-go's rules. Pure.

#pragma once

#include <cstdint>
#include <optional>

#include "base/clock.h"
#include "net/http_client.h"

namespace kcert::kube {

inline constexpr int kMostRetries = 10;
inline constexpr int kMostConflicts = 5;

/// How long to wait before a request that had this outcome is sent again; nothing where it is not:
/// only 429 and 5xx that bear whole seconds in Retry-After, and a GET whose connection broke.
/// `retries` counts those that were.
std::optional<Duration> retry_wait(const net::Request& request, const net::Outcome& outcome,
                                   int retries);

/// The wait before a write that met a conflict is tried again: 10 ms and up to a tenth more, which
/// the seed decides.
Duration conflict_wait(std::uint64_t seed);

}  // namespace kcert::kube
