// SPDX-License-Identifier: Apache-2.0

#include "base/error.h"

#include <catch2/catch.hpp>

namespace kcert {

TEST_CASE("an error reads from the outside in and keeps its kind", "[base][unit]") {
    const auto failing = []() -> int { throw Error(ErrorKind::Declined, "rate limit reached"); };

    try {
        while_doing("issuing shop/web", [&] { return while_doing("ordering", failing); });
        FAIL("nothing was thrown");
    } catch (const Error& error) {
        CHECK(error.what() == std::string("issuing shop/web: ordering: rate limit reached"));
        CHECK(error.kind() == ErrorKind::Declined);
    }
}

TEST_CASE("a step that does not fail hands its result on", "[base][unit]") {
    CHECK(while_doing("counting", [] { return 3; }) == 3);
}

}  // namespace kcert
