// SPDX-License-Identifier: Apache-2.0

#include "net/backoff.h"

#include <algorithm>

namespace kcert::net {
namespace {

constexpr Duration kFirstPause = std::chrono::milliseconds(250);
constexpr int kMaxDoublings = 4;

/// splitmix64: well spread numbers of neighbouring seeds.
std::uint64_t mix(std::uint64_t number) {
    number += 0x9e3779b97f4a7c15U;
    number = (number ^ (number >> 30U)) * 0xbf58476d1ce4e5b9U;
    number = (number ^ (number >> 27U)) * 0x94d049bb133111ebU;
    return number ^ (number >> 31U);
}

}  // namespace

Duration backoff(std::uint64_t seed, int attempt) {
    const Duration full = kFirstPause * (1 << std::clamp(attempt - 1, 0, kMaxDoublings));
    const auto step = static_cast<std::uint64_t>(attempt);
    return full / 2 + full / 2 * static_cast<std::int64_t>(mix(seed + step) % 1000) / 1000;
}

}  // namespace kcert::net
