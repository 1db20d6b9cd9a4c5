// SPDX-License-Identifier: Apache-2.0
//
// The signatures are those of AWS's published test suite for Signature Version 4.

#include "dns01/route53/sigv4.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "base/timestamp.h"

namespace kcert::dns01::route53 {
namespace {

using Catch::Matchers::Contains;
using Catch::Matchers::EndsWith;

const AwsScope kScope{.region = "us-east-1", .service = "service"};
const char* const kSuiteToken =
    "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfI"
    "eoIYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0"
    "wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDry"
    "pNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA==";

AwsCredentials credentials(const char* token = "") {
    return {.access_key_id = "AKIDEXAMPLE",
            .secret_access_key = Sensitive("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
            .session_token = Sensitive(token)};
}

std::string authorization(net::Request request, const AwsCredentials& by = credentials()) {
    sign_v4(request, by, kScope, *parse_rfc3339("2015-08-30T12:36:00Z"));
    REQUIRE(request.headers.back().first == "Authorization");
    return request.headers.back().second;
}

TEST_CASE("a request is signed as the published suite has it", "[dns01][unit]") {
    CHECK(authorization({.url = "https://example.amazonaws.com/"}) ==
          "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
          "SignedHeaders=host;x-amz-date, "
          "Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
    CHECK_THAT(
        authorization({.method = "POST", .url = "https://example.amazonaws.com/"}),
        EndsWith("Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"));
}

TEST_CASE("the query is signed sorted", "[dns01][unit]") {
    CHECK_THAT(
        authorization({.url = "https://example.amazonaws.com/?Param2=value2&Param1=value1"}),
        EndsWith("Signature=b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"));
}

TEST_CASE("each header is signed, white space in it folded", "[dns01][unit]") {
    CHECK_THAT(
        authorization({.url = "https://example.amazonaws.com/",
                       .headers = {{"My-Header1", " value1"}, {"My-Header2", "\"a   b   c\""}}}),
        EndsWith("SignedHeaders=host;my-header1;my-header2;x-amz-date, "
                 "Signature=acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"));
}

TEST_CASE("the body is signed", "[dns01][unit]") {
    CHECK_THAT(
        authorization({.method = "POST",
                       .url = "https://example.amazonaws.com/",
                       .headers = {{"Content-Type", "application/x-www-form-urlencoded"}},
                       .body = "Param1=value1"}),
        EndsWith("SignedHeaders=content-type;host;x-amz-date, "
                 "Signature=ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"));
}

TEST_CASE("a session token is sent and signed", "[dns01][unit]") {
    net::Request request{.method = "POST", .url = "https://example.amazonaws.com/"};

    sign_v4(request, credentials(kSuiteToken), kScope, *parse_rfc3339("2015-08-30T12:36:00Z"));

    REQUIRE(request.headers.size() == 3);
    CHECK(request.headers[0] ==
          std::pair<std::string, std::string>{"X-Amz-Date", "20150830T123600Z"});
    CHECK(request.headers[1] ==
          std::pair<std::string, std::string>{"X-Amz-Security-Token", kSuiteToken});
    CHECK_THAT(
        request.headers[2].second,
        EndsWith("SignedHeaders=host;x-amz-date;x-amz-security-token, "
                 "Signature=85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead"));
}

TEST_CASE("a port that is not the scheme's own is part of the signed host", "[dns01][unit]") {
    const std::string plain = authorization({.url = "https://example.amazonaws.com/"});

    CHECK(authorization({.url = "https://example.amazonaws.com:443/"}) == plain);
    CHECK(authorization({.url = "https://example.amazonaws.com:8443/"}) != plain);
}

TEST_CASE("what is no URL is not signed", "[dns01][unit]") {
    net::Request request{.url = "/2013-04-01/hostedzone"};

    CHECK_THROWS_WITH(sign_v4(request, credentials(), kScope, Time{}), Contains("absolute URL"));
}

}  // namespace
}  // namespace kcert::dns01::route53
