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

TEST_CASE("on a terminal an error has a beginning, ours or its own", "[base][unit]") {
    Error ours(ErrorKind::Declined, "rate limit reached");
    Error theirs(ErrorKind::Declined, "no", {"Error from server: ", "no"});
    Error whole(ErrorKind::Config, OwnWords{"Error in configuration: ", "no server"});

    for (Error* const error : {&ours, &theirs, &whole}) {
        error->prepend("ordering");
    }

    CHECK(ours.shown() == "error: ordering: rate limit reached");
    CHECK(ours.told() == "ordering: rate limit reached");
    CHECK(theirs.shown() == "Error from server: ordering: no");
    CHECK(theirs.told() == theirs.shown());
    CHECK(theirs.what() == std::string("ordering: no"));
    CHECK(whole.shown() == "Error in configuration: ordering: no server");
    CHECK(whole.what() == std::string("ordering: Error in configuration: no server"));
}

TEST_CASE("a step that does not fail hands its result on", "[base][unit]") {
    CHECK(while_doing("counting", [] { return 3; }) == 3);
}

}  // namespace kcert
