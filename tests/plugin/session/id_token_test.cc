// SPDX-License-Identifier: Apache-2.0

#include <string>

#include <catch2/catch.hpp>

#include "base/base64.h"
#include "base/timestamp.h"
#include "session/id_token.h"

namespace kcert::session {
namespace {

std::string token(const std::string& claims) {
    return "e30." + base64url_encode(claims) + ".c2ln";
}

const Time kNoon = *parse_rfc3339("2026-11-23T12:00:00Z");  // 1795435200

TEST_CASE("an id-token says when it expires, in whole or broken seconds", "[session][unit]") {
    CHECK(id_token_expiry(token(R"({"exp":1795435200})")) == kNoon);
    CHECK(id_token_expiry(token(R"({"exp":1795435200.9})")) == kNoon);
    CHECK_FALSE(id_token_expiry(token(R"({"sub":"me"})")));
}

TEST_CASE("an expiry beyond all time is no overflow", "[session][unit]") {
    CHECK(is_usable_id_token(token(R"({"exp":1e300})"), kNoon));
    CHECK(is_usable_id_token(token(R"({"exp":9223372036854775807})"), kNoon));
    CHECK_FALSE(is_usable_id_token(token(R"({"exp":-1e300})"), kNoon));
}

TEST_CASE("an id-token is used until 10 s before it expires", "[session][unit]") {
    const std::string noon = token(R"({"exp":1795435200})");

    CHECK(is_usable_id_token(noon, kNoon - std::chrono::seconds(11)));
    CHECK_FALSE(is_usable_id_token(noon, kNoon - std::chrono::seconds(10)));
    CHECK_FALSE(is_usable_id_token(token("{}"), kNoon));
}

TEST_CASE("what is no JWT is refused without being shown", "[session][unit]") {
    for (const char* const text : {"abc", "a.b", "a.!s3cret!.c", "a.b.c.d"}) {
        CHECK_THROWS_WITH(id_token_expiry(text), "ID Token is not a valid JWT");
    }
    CHECK_THROWS_WITH(id_token_expiry(token("s3cret")),
                      Catch::StartsWith("ID Token: parsing claims") && !Catch::Contains("s3cret"));
}

}  // namespace
}  // namespace kcert::session
