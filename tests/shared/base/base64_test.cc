// SPDX-License-Identifier: Apache-2.0

#include "base/base64.h"

#include <catch2/catch.hpp>
#include <string>
#include <utility>
#include <vector>

namespace kcert {
namespace {

// RFC 4648 §10
const std::vector<std::pair<std::string, std::string>> kVectors{
    {"", ""},
    {"f", "Zg=="},
    {"fo", "Zm8="},
    {"foo", "Zm9v"},
    {"foob", "Zm9vYg=="},
    {"fooba", "Zm9vYmE="},
    {"foobar", "Zm9vYmFy"},
};

}  // namespace

TEST_CASE("base64 is written and read as RFC 4648 shows", "[base][unit]") {
    for (const auto& [bytes, text] : kVectors) {
        CHECK(base64_encode(bytes) == text);
        CHECK(base64_decode(text) == bytes);
    }
}

TEST_CASE("base64 passes over line ends and white space", "[base][unit]") {
    CHECK(base64_decode("Zm9v\nYm\tFy \r\n") == "foobar");
}

TEST_CASE("base64 that is broken gives nothing", "[base][unit]") {
    for (const char* text : {"Z", "Zg", "Zg=", "Zg===", "Zg==Zg==", "Zm9*", "Zm-_", "=", "===="}) {
        INFO(text);
        CHECK_FALSE(base64_decode(text));
    }
}

TEST_CASE("base64url has its own two digits and no padding", "[base][unit]") {
    const std::string bytes = "\xfb\xff\xfe";

    CHECK(base64url_encode(bytes) == "-__-");
    CHECK(base64url_encode("f") == "Zg");
    CHECK(base64url_decode("-__-") == bytes);
}

TEST_CASE("base64url is read with padding and without", "[base][unit]") {
    CHECK(base64url_decode("Zg") == "f");
    CHECK(base64url_decode("Zg==") == "f");
    CHECK_FALSE(base64url_decode("Zg="));
    CHECK_FALSE(base64url_decode("+/+/"));
}

}  // namespace kcert
