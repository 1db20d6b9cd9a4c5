// SPDX-License-Identifier: Apache-2.0

#include "dns01/challenge.h"

#include <catch2/catch.hpp>

namespace kcert::dns01 {
namespace {

TEST_CASE("a name and its wildcard share the challenge's name", "[dns01][unit]") {
    CHECK(challenge_name("example.com") == "_acme-challenge.example.com.");
    CHECK(challenge_name("*.Example.com") == "_acme-challenge.example.com.");
}

// printf %s token.thumbprint | openssl dgst -sha256 -binary | basenc --base64url | tr -d =
TEST_CASE("the record's value is the digest of the key authorization", "[dns01][unit]") {
    CHECK(challenge_value("token.thumbprint") == "61rBZ_4knHblO0MNoxFsXZ_eTFUHum0B6IVRbhvUn5I");
}

}  // namespace
}  // namespace kcert::dns01
