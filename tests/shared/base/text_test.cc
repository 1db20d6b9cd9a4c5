// SPDX-License-Identifier: Apache-2.0

#include "base/text.h"

#include <array>
#include <catch2/catch.hpp>

namespace kcert {

TEST_CASE("a text is split at each separator, empty parts included", "[base][unit]") {
    CHECK(split("a,b,,c,", ',') == std::vector<std::string>{"a", "b", "", "c", ""});
    CHECK(split("", ',') == std::vector<std::string>{""});
}

TEST_CASE("parts are joined with the separator between them", "[base][unit]") {
    CHECK(join(std::vector<std::string>{"a", "b"}, ", ") == "a, b");
    CHECK(join(std::vector<std::string>{}, ", ").empty());
}

TEST_CASE("white space is trimmed at both ends only", "[base][unit]") {
    CHECK(trim(" \t a b\r\n") == "a b");
    CHECK(trim(" \n ").empty());
}

TEST_CASE("only ASCII letters become small", "[base][unit]") {
    CHECK(to_lower("ExAmple-\u00c4") == "example-\u00c4");
}

TEST_CASE("UTF-8 is what RFC 3629 says", "[base][unit]") {
    for (const char* good : {"", "a", "\u00e4", "\u20ac", "\U0001f512", "\xed\x9f\xbf"}) {
        CHECK(is_utf8(good));
    }
    for (const char* bad : {"\x80", "\xc3", "\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80", "\xff",
                            "\xf4\x90\x80\x80", "\xf0\x80\x80\x80", "\xe2\x82", "a\xe4z"}) {
        CHECK_FALSE(is_utf8(bad));
    }
}

TEST_CASE("what steers a terminal is shown, not obeyed", "[base][unit]") {
    CHECK(printable("a\x1b[2Jb") == "a\\x1b[2Jb");
    CHECK(printable("a\nb\tc\rd\x7f") == "a\\nb\\tc\\rd\\x7f");
    CHECK(printable("\u009b31m") == "\\u009b31m");
    CHECK(printable("\u202egpj.exe\u2069") == "\\u202egpj.exe\\u2069");
    CHECK(printable("a\xff\xc3") == "a\\xff\\xc3");
    CHECK(printable(std::string_view("a\0b", 3)) == "a\\x00b");
    CHECK(printable("b\u00fccher \u20ac \U0001f512") == "b\u00fccher \u20ac \U0001f512");
}

TEST_CASE("line ends and tabs stay where lines are printed", "[base][unit]") {
    CHECK(printable_lines("a\n\tb\x1b\r") == "a\n\tb\\x1b\\r");
}

TEST_CASE("a long text is cut between two characters", "[base][unit]") {
    CHECK(shortened("abc", 3) == "abc");
    CHECK(shortened("abcd", 3) == "abc...");
    CHECK(shortened("ab\u20ac", 4) == "ab...");
    CHECK(shortened("\x80\x80\x80", 2) == "...");
}

TEST_CASE("the nearest candidate is what was probably meant", "[base][unit]") {
    constexpr std::array<std::string_view, 4> kFields{"dnsNames", "secretName", "issuerRef",
                                                      "acme"};

    CHECK(closest("dnsNmaes", kFields) == "dnsNames");
    CHECK(closest("dnsnames", kFields) == "dnsNames");
    CHECK(closest("secretname", kFields) == "secretName");
    CHECK(closest("issuer", kFields) == "");
    CHECK(closest("xyz", kFields).empty());
    CHECK(closest(std::string(100'000, 'a'), kFields).empty());
    CHECK(closest("", kFields).empty());
}

}  // namespace kcert
