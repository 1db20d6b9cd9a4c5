// SPDX-License-Identifier: Apache-2.0

#include "net/proxy.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "net/curl_http_client.h"

namespace kcert::net {

namespace {

const std::string kDirect;

std::string route_to(const char* url, const char* no_proxy) {
    return proxy_for(
        {.https_proxy = "secure.test:1", .http_proxy = "plain.test:2", .no_proxy = no_proxy}, url);
}

bool is_direct(const char* url, const char* no_proxy) {
    return route_to(url, no_proxy).empty();
}

}  // namespace

TEST_CASE("each scheme has its proxy", "[net][unit]") {
    CHECK(route_to("https://ca.test/", "") == "secure.test:1");
    CHECK(route_to("http://ca.test/", "") == "plain.test:2");
    CHECK(proxy_for({.http_proxy = "plain.test:2"}, "https://ca.test/").empty());
}

TEST_CASE("loopback is never reached through a proxy", "[net][unit]") {
    const auto* url =
        GENERATE("http://localhost:8080/", "https://127.0.0.1/", "https://127.3.4.5:1/",
                 "https://[::1]:14000/dir", "https://[::ffff:127.0.0.1]/");

    CHECK(is_direct(url, ""));
}

TEST_CASE("a domain in NO_PROXY covers itself and what is below it", "[net][unit]") {
    CHECK(is_direct("https://ca.test/", " other.test , CA.test"));
    CHECK(is_direct("https://acme.ca.test/", "ca.test"));
    CHECK_FALSE(is_direct("https://myca.test/", "ca.test"));
    CHECK_FALSE(is_direct("https://ca.test.evil/", "ca.test"));
}

TEST_CASE("a NO_PROXY entry with a leading dot or star covers only what is below", "[net][unit]") {
    const auto* entry = GENERATE(".ca.test", "*.ca.test");

    CHECK(is_direct("https://acme.ca.test/", entry));
    CHECK_FALSE(is_direct("https://ca.test/", entry));
}

TEST_CASE("a port in NO_PROXY limits the entry to it", "[net][unit]") {
    CHECK(is_direct("https://ca.test/", "ca.test:443"));
    CHECK_FALSE(is_direct("https://ca.test:14000/", "ca.test:443"));
    CHECK(is_direct("https://[2001:db8::1]:14000/", "[2001:db8::1]:14000"));
    CHECK_FALSE(is_direct("https://192.0.2.1/", "192.0.2.1:8443"));
}

TEST_CASE("addresses in NO_PROXY are compared as addresses and ranges", "[net][unit]") {
    CHECK(is_direct("https://192.0.2.1/", "192.0.2.1"));
    CHECK(is_direct("https://192.0.2.129/", "192.0.2.128/25"));
    CHECK_FALSE(is_direct("https://192.0.2.127/", "192.0.2.128/25"));
    CHECK(is_direct("https://[2001:db8:0:0::7]/", "2001:db8::7"));
    CHECK(is_direct("https://[2001:db8::7]/", "2001:db8::/32"));
    CHECK_FALSE(is_direct("https://192.0.2.1/", "::/0"));
    CHECK_FALSE(is_direct("https://192.0.2.1/", "2.1"));
    CHECK_FALSE(is_direct("https://192.0.2.1/", "192.0.2.0/33,192.0.2.0/x,192.0.2.0/"));
}

TEST_CASE("a star alone in NO_PROXY switches proxies off", "[net][unit]") {
    CHECK(is_direct("https://ca.test/", "other.test,*"));
}

TEST_CASE("broken NO_PROXY entries name nothing", "[net][unit]") {
    CHECK_FALSE(is_direct("https://ca.test/", ",, :443,."));
}

TEST_CASE("a proxy is completed with scheme and port", "[net][unit]") {
    CHECK(parse_proxy("proxy.test").url == "http://proxy.test:80/");
    CHECK(parse_proxy("https://proxy.test").place == "proxy.test:443");
    CHECK(parse_proxy("http://[::1]:3128/").place == "[::1]:3128");
}

TEST_CASE("a SOCKS proxy resolves the names", "[net][unit]") {
    CHECK(parse_proxy("socks5://proxy.test").url == "socks5h://proxy.test:1080/");
    CHECK(parse_proxy("socks5h://proxy.test:9").url == "socks5h://proxy.test:9/");
}

TEST_CASE("a proxy's password goes to curl and is not shown", "[net][unit]") {
    const Proxy proxy = parse_proxy("http://me:s3cret@proxy.test:3128");

    CHECK(proxy.url == "http://me:s3cret@proxy.test:3128/");
    CHECK(proxy.place == "proxy.test:3128");
}

TEST_CASE("a proxy that cannot be used is refused without its password", "[net][unit]") {
    const auto* text = GENERATE("ftp://me:s3cret@proxy.test", "http://me:s3cret@:3128",
                                "http://me:s3cret@proxy.test:x");

    CHECK_THROWS_AS(parse_proxy(text), Error);
    CHECK_THROWS_WITH(parse_proxy(text), !Catch::Contains("s3cret"));
}

}  // namespace kcert::net
