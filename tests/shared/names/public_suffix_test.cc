// SPDX-License-Identifier: Apache-2.0

#include <catch2/catch.hpp>

#include "names/names.h"

namespace kcert::names {
namespace {

TEST_CASE("suffixes of the list's ICANN section are public suffixes", "[names][psl]") {
    const std::string name = GENERATE("com", "COM", "co.uk", "uk", "foo.ck", "kawasaki.jp",
                                      "a.kawasaki.jp", "xn--55qx5d.cn", "XN--55QX5D.cn");
    CAPTURE(name);

    CHECK(is_public_suffix(name));
    CHECK_FALSE(registered_domain(name));
}

TEST_CASE("names below a suffix, private suffixes and unknown ones are none", "[names][psl]") {
    const std::string name =
        GENERATE("example.com", "github.io", "blogspot.com", "s3.amazonaws.com", "www.ck",
                 "city.kawasaki.jp", "localhost", "internal", "example.internal", "*.com");
    CAPTURE(name);

    CHECK_FALSE(is_public_suffix(name));
}

TEST_CASE("the registered domain is the suffix and one label", "[names][psl]") {
    struct Row {
        const char* name;
        const char* domain;
    };
    const Row row = GENERATE(
        Row{"example.com", "example.com"}, Row{"a.b.example.co.uk", "example.co.uk"},
        Row{"*.example.com", "example.com"}, Row{"me.github.io", "github.io"},
        Row{"a.www.ck", "www.ck"}, Row{"a.b.foo.ck", "b.foo.ck"},
        Row{"x.city.kawasaki.jp", "city.kawasaki.jp"}, Row{"a.xn--55qx5d.cn", "a.xn--55qx5d.cn"});
    CAPTURE(row.name);

    CHECK(registered_domain(row.name) == row.domain);
}

TEST_CASE("a name below no known suffix has no registered domain", "[names][psl]") {
    const std::string name = GENERATE("host.internal", "localhost", "a.b.c.test", "192.0.2.7");
    CAPTURE(name);

    CHECK_FALSE(registered_domain(name));
}

TEST_CASE("what is no name is no suffix and has no domain", "[names][psl]") {
    const std::string name =
        GENERATE(std::string(), std::string("."), std::string(".."), std::string(".com"),
                 std::string("a..com"), std::string("com\0", 4), std::string("example.com\0", 12),
                 std::string("\xff.com"), std::string(1U << 20U, '.'), std::string(1U << 20U, 'a'));

    CHECK_FALSE(is_public_suffix(name));
    CHECK_FALSE(registered_domain(name));
}

}  // namespace
}  // namespace kcert::names
