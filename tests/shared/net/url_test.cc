// SPDX-License-Identifier: Apache-2.0

#include "net/url.h"

#include <catch2/catch.hpp>

namespace kcert::net {

TEST_CASE("a URL is taken apart, scheme and host in lower case", "[net][unit]") {
    const auto url = parse_url("HTTPS://CA.Test:14000/dir/a%20b?x=1&y=2#part");

    REQUIRE(url);
    CHECK(url->scheme == "https");
    CHECK(url->host == "ca.test");
    CHECK(url->port == 14000);
    CHECK(url->path == "/dir/a%20b?x=1&y=2");
}

TEST_CASE("a URL without port and path has its scheme's port and the path /", "[net][unit]") {
    CHECK(parse_url("http://ca.test")->port == 80);
    CHECK(parse_url("https://ca.test")->port == 443);
    CHECK(parse_url("https://ca.test?q")->path == "/?q");
}

TEST_CASE("an IPv6 host loses its brackets", "[net][unit]") {
    const auto url = parse_url("https://[2001:DB8::1]:8443/");

    REQUIRE(url);
    CHECK(url->host == "2001:db8::1");
    CHECK(url->port == 8443);
}

TEST_CASE("what is no plain http or https URL is refused", "[net][unit]") {
    const auto* text = GENERATE(
        "", "ca.test/dir", "/dir", "ftp://ca.test/", "file:///etc/passwd", "http:/ca.test/",
        "http:///ca.test/", "https://", "https:///", "https://user:secret@ca.test/",
        "https://@ca.test/", "https://ca.test:0/", "https://ca.test:70000/", "https://ca.test/a b",
        "https://ca.test/\r\nX: y", "https://ca.test\\@evil.test/",
        "https://b\xc3\xbc"
        "cher.test/");

    CHECK_FALSE(parse_url(text));
}

TEST_CASE("a reference is resolved against its base", "[net][unit]") {
    const auto* base = "https://ca.test:14000/acme/order/1?x=1";

    CHECK(resolve_url(base, "/cert/2") == "https://ca.test:14000/cert/2");
    CHECK(resolve_url(base, "2") == "https://ca.test:14000/acme/order/2");
    CHECK(resolve_url(base, "../cert/2?y") == "https://ca.test:14000/acme/cert/2?y");
    CHECK(resolve_url(base, "//other.test/a") == "https://other.test/a");
    CHECK(resolve_url(base, "https://other.test/a/../b") == "https://other.test/a/../b");
}

TEST_CASE("a reference that leads out of http is refused", "[net][unit]") {
    const auto* reference = GENERATE("ftp://ca.test/", "mailto:a@ca.test", "file:///etc/passwd",
                                     "//user@ca.test/", "a b", "https:///x");

    CHECK_FALSE(resolve_url("https://ca.test/", reference));
}

TEST_CASE("loopback is localhost, 127/8 and ::1", "[net][unit]") {
    CHECK(is_loopback_host("localhost"));
    CHECK(is_loopback_host("LOCALHOST"));
    CHECK(is_loopback_host("127.8.9.1"));
    CHECK(is_loopback_host("::1"));
    CHECK_FALSE(is_loopback_host("128.0.0.1"));
    CHECK_FALSE(is_loopback_host("localhost.test"));
    CHECK_FALSE(is_loopback_host("::2"));
}

TEST_CASE("all but unreserved characters are percent-encoded", "[net][unit]") {
    CHECK(percent_encode("aZ09-._~") == "aZ09-._~");
    CHECK(percent_encode("a b/ü*") == "a%20b%2F%C3%BC%2A");
}

}  // namespace kcert::net
