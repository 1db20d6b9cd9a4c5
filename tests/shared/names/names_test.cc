// SPDX-License-Identifier: Apache-2.0

#include "names/names.h"

#include <catch2/catch.hpp>

namespace kcert::names {
namespace {

TEST_CASE("a wildcard is a name whose first label is an asterisk", "[names][unit]") {
    CHECK(is_wildcard("*.example.com"));
    CHECK_FALSE(is_wildcard("*"));
    CHECK_FALSE(is_wildcard("*example.com"));
    CHECK_FALSE(is_wildcard("a.*.example.com"));
    CHECK_FALSE(is_wildcard(""));
}

TEST_CASE("without_wildcard takes off one leading asterisk label", "[names][unit]") {
    CHECK(without_wildcard("*.example.com") == "example.com");
    CHECK(without_wildcard("example.com") == "example.com");
    CHECK(without_wildcard("*.*.example.com") == "*.example.com");
    CHECK(without_wildcard("").empty());
}

TEST_CASE("a wildcard covers exactly one label more", "[names][unit]") {
    CHECK(wildcard_covers("*.example.com", "www.example.com"));
    CHECK(wildcard_covers("*.Example.com", "WWW.example.COM"));
    CHECK_FALSE(wildcard_covers("*.example.com", "example.com"));
    CHECK_FALSE(wildcard_covers("*.example.com", "a.b.example.com"));
    CHECK_FALSE(wildcard_covers("*.example.com", "wwwexample.com"));
    CHECK_FALSE(wildcard_covers("*.example.com", ".example.com"));
    CHECK_FALSE(wildcard_covers("*.example.com", "*.example.com"));
    CHECK_FALSE(wildcard_covers("example.com", "www.example.com"));
    CHECK_FALSE(wildcard_covers("*.", "a."));
    CHECK_FALSE(wildcard_covers("", ""));
}

TEST_CASE("a DNS-1123 label has lower-case letters, digits and inner hyphens", "[names][unit]") {
    CHECK(is_dns1123_label("web"));
    CHECK(is_dns1123_label("0-a--9"));
    CHECK(is_dns1123_label(std::string(63, 'a')));
    const std::string bad =
        GENERATE(std::string(), std::string(64, 'a'), std::string("-a"), std::string("a-"),
                 std::string("A"), std::string("a.b"), std::string("a_b"), std::string("a\0b", 3),
                 std::string("ä"), std::string("a\n"), std::string("../a"));
    CHECK_FALSE(is_dns1123_label(bad));
}

TEST_CASE("a DNS-1123 subdomain has such labels and at most 253 characters", "[names][unit]") {
    CHECK(is_dns1123_subdomain("web"));
    CHECK(is_dns1123_subdomain("web.shop.example.com"));
    CHECK(is_dns1123_subdomain("1.2.3.4"));
    CHECK(is_dns1123_subdomain(std::string(253, 'a')));
    const std::string bad =
        GENERATE(std::string(), std::string(254, 'a'), std::string("a..b"), std::string(".a"),
                 std::string("a."), std::string("a.-b"), std::string("*.a"), std::string("a/b"),
                 std::string(1000000, '.'));
    CHECK_FALSE(is_dns1123_subdomain(bad));
}

}  // namespace
}  // namespace kcert::names
