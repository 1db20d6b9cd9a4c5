// SPDX-License-Identifier: Apache-2.0

#include <catch2/catch.hpp>

#include "names/names.h"

namespace kcert::names {
namespace {

struct Pair {
    std::string from;
    std::string to;
};

TEST_CASE("a name becomes lower-case A-labels", "[names][idna]") {
    const Pair pair = GENERATE(
        Pair{"example.com", "example.com"}, Pair{"WWW.Example.COM", "www.example.com"},
        Pair{"example.com.", "example.com"}, Pair{"*.Example.com", "*.example.com"},
        Pair{"a-b.0c.example", "a-b.0c.example"}, Pair{"123.example.com", "123.example.com"},
        Pair{"bücher.example", "xn--bcher-kva.example"},
        Pair{"BÜCHER.example", "xn--bcher-kva.example"},
        Pair{"bu\xcc\x88"
             "cher.example",
             "xn--bcher-kva.example"},
        Pair{"*.bücher.example.", "*.xn--bcher-kva.example"},
        Pair{"XN--BCHER-KVA.example", "xn--bcher-kva.example"},
        Pair{"faß.example", "xn--fa-hia.example"}, Pair{"a。example", "a.example"},
        Pair{"ｅｘａｍｐｌｅ.com", "example.com"});
    CAPTURE(pair.from);

    CHECK(to_a_labels(pair.from) == pair.to);
}

TEST_CASE("what can be no name in a certificate has no A-labels", "[names][idna]") {
    const std::string name =
        GENERATE("", ".", "..", ".com", "com", "localhost", "a..com", "example.com..", "-a.com",
                 "a-.com", "ex ample.com", " example.com", "example.com\n", "a/b.com", "../a.com",
                 "a:80.com", "user@example.com", "https://example.com",
                 "_acme-challenge.example.com", "a_b.com", "a,b.com");
    CAPTURE(name);

    CHECK_FALSE(to_a_labels(name));
}

TEST_CASE("an asterisk stands only in front, alone in its label", "[names][idna]") {
    const std::string name =
        GENERATE("*", "*.", "**.example.com", "*a.example.com", "a*.example.com", "a.*.example.com",
                 "*.*.example.com", "*.example.*", "*..example.com", ".*.example.com",
                 "＊.example.com", "*。example.com");
    CAPTURE(name);

    CHECK_FALSE(to_a_labels(name));
}

TEST_CASE("an IP address is no name", "[names][idna]") {
    const std::string name = GENERATE("192.0.2.7", "192.0.2.7.", "1.2", "*.192.0.2.7", "0x7f.1",
                                      "１.２.３.４", "2001:db8::1", "[::1]", "::ffff:192.0.2.7");
    CAPTURE(name);

    CHECK_FALSE(to_a_labels(name));
}

TEST_CASE("an A-label that no U-label encodes to is refused", "[names][idna]") {
    const std::string name =
        GENERATE("xn--.com", "xn--a.com", "xn--0.com", "xn--bcher-kv.com", "xn--example-.com",
                 "xn--99999999.com", "xn--bücher.com", "xn--xn--a.com", "ab--cd.com");
    CAPTURE(name);

    CHECK_FALSE(to_a_labels(name));
}

TEST_CASE("bytes that are no text are refused", "[names][idna]") {
    const std::string name =
        GENERATE(std::string("\xff\xfe.com"), std::string("a\xc3.com"), std::string("\xc0\xae.com"),
                 std::string("\xed\xa0\x80.com"), std::string("a\0b.com", 7),
                 std::string("example.com\0", 12), std::string("\0", 1), std::string("a\x7f.com"),
                 std::string("a\x1b[31m.com"));

    CHECK_FALSE(to_a_labels(name));
    CHECK(to_u_labels(name) == name);
}

TEST_CASE("labels have at most 63 and names at most 253 characters", "[names][idna]") {
    const std::string label(63, 'a');
    const std::string longest = label + "." + label + "." + label + "." + std::string(61, 'b');

    CHECK(to_a_labels(longest) == longest);
    CHECK(to_a_labels(longest + ".") == longest);
    CHECK_FALSE(to_a_labels(longest + "b"));
    CHECK_FALSE(to_a_labels("*." + longest));
    CHECK_FALSE(to_a_labels(label + "a.com"));
    CHECK_FALSE(to_a_labels(std::string(60, 'a') + "ü.com"));
}

TEST_CASE("a name of any length is answered", "[names][idna]") {
    const std::string name =
        GENERATE(std::string(1U << 20U, 'a'), std::string(1U << 20U, '.'),
                 "xn--" + std::string(1000, 'a') + ".com", std::string(1000, '9') + ".com");

    CHECK_FALSE(to_a_labels(name));
    CHECK(to_u_labels(name) == name);
}

TEST_CASE("A-labels are shown as U-labels", "[names][idna]") {
    const Pair pair = GENERATE(Pair{"xn--bcher-kva.example", "bücher.example"},
                               Pair{"*.xn--bcher-kva.example", "*.bücher.example"},
                               Pair{"xn--fa-hia.example", "faß.example"},
                               Pair{"example.com", "example.com"}, Pair{"", ""});

    CHECK(to_u_labels(pair.from) == pair.to);
}

TEST_CASE("labels that do not decode are shown as they are", "[names][idna]") {
    const std::string name = GENERATE("xn--a.com", "xn--.com", "xn--0.com", "xn--n3h.example",
                                      "_acme-challenge.example.com", "*");
    CAPTURE(name);

    CHECK(to_u_labels(name) == name);
}

}  // namespace
}  // namespace kcert::names
