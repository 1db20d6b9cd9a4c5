// SPDX-License-Identifier: Apache-2.0

#include "net/backoff.h"

#include <catch2/catch.hpp>

namespace kcert::net {
namespace {

TEST_CASE("the pauses double within bounds and depend on the seed alone", "[net][unit]") {
    for (const std::uint64_t seed : {0U, 1U, 99U}) {
        for (int attempt = 1; attempt <= 30; ++attempt) {
            const Duration pause = backoff(seed, attempt);
            CHECK(pause == backoff(seed, attempt));
            CHECK(pause >= std::chrono::milliseconds(125));
            CHECK(pause <= std::chrono::seconds(4));
        }
    }
    CHECK(backoff(1, 1) != backoff(2, 1));
    CHECK(backoff(1, 5) >= std::chrono::seconds(2));
}

}  // namespace
}  // namespace kcert::net
