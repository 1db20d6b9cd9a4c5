// SPDX-License-Identifier: Apache-2.0

#include "net/exchange_log.h"

#include <catch2/catch.hpp>

namespace kcert::net {

TEST_CASE("a URL is shown without its query", "[net][unit]") {
    CHECK(shown_url("https://ca.test/a?token=s3cret") == "https://ca.test/a");
    CHECK(shown_url("https://ca.test/a") == "https://ca.test/a");
}

TEST_CASE("headers that carry credentials are masked", "[net][unit]") {
    const auto* name = GENERATE("Authorization", "proxy-authorization", "Set-Cookie", "X-Auth-Key",
                                "X-Amz-Security-Token", "x-api-key");

    CHECK(shown_header({name, "s3cret"}) == std::string(name) + ": (hidden)");
}

TEST_CASE("other headers are shown as they are", "[net][unit]") {
    CHECK(shown_header({"Content-Type", "text/plain"}) == "Content-Type: text/plain");
}

}  // namespace kcert::net
