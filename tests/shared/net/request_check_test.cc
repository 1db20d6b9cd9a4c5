// SPDX-License-Identifier: Apache-2.0

#include "net/request_check.h"

#include <catch2/catch.hpp>

namespace kcert::net {

TEST_CASE("a request in order leads to its URL", "[net][unit]") {
    const Request request{.method = "GET",
                          .url = "https://ca.test/dir",
                          .headers = {{"accept", "a/b; c=\"d\""}, {"x-empty", ""}}};

    CHECK(check_request(request).host == "ca.test");
}

TEST_CASE("a header that would break its line is refused, its value not shown", "[net][unit]") {
    const std::string value = GENERATE(std::string("s3cret\r\nHost: evil"), std::string("s3cret\n"),
                                       std::string("s3cret\0x", 8));

    const Request request{.url = "https://ca.test/", .headers = {{"authorization", value}}};

    CHECK_THROWS_WITH(check_request(request),
                      Catch::Contains("authorization") && !Catch::Contains("s3cret"));
}

TEST_CASE("a header's name is a token", "[net][unit]") {
    const auto* name = GENERATE("", "a b", "a:", "a\r\nb");

    CHECK_THROWS_AS(check_request({.url = "https://ca.test/", .headers = {{name, "v"}}}), Error);
}

TEST_CASE("a method is a token", "[net][unit]") {
    const auto* method = GENERATE("", "GET /x HTTP/1.1\r\nA:", "GE T");

    CHECK_THROWS_AS(check_request({.method = method, .url = "https://ca.test/"}), Error);
}

TEST_CASE("a URL that is none is shown without its query", "[net][unit]") {
    CHECK_THROWS_WITH(check_request({.url = "ftp://ca.test/a?token=s3cret"}),
                      "\"ftp://ca.test/a\" is not a URL of http or https");
}

}  // namespace kcert::net
