// SPDX-License-Identifier: Apache-2.0
//
// How long to wait before a failed exchange is tried again, where the server does not say. Pure.

#pragma once

#include <cstdint>

#include "base/clock.h"

namespace kcert::net {

/// The pause before try `attempt` (from 1): doubling from 250 ms to 4 s, a random part of it
/// decided by `seed` alone.
Duration backoff(std::uint64_t seed, int attempt);

}  // namespace kcert::net
