// SPDX-License-Identifier: Apache-2.0

#include "rules/server_url.h"

#include <catch2/catch.hpp>
#include <string>
#include <utility>
#include <vector>

namespace kcert::rules {

TEST_CASE("a server's URL is classified by scheme and host", "[rules][unit]") {
    const std::vector<std::pair<std::string, ServerUrl>> urls{
        {"https://ca.test/dir", ServerUrl::Https},
        {"HTTPS://CA.test:14000", ServerUrl::Https},
        {"https://[2001:db8::1]:14000/dir", ServerUrl::Https},
        {"https://192.0.2.1?a", ServerUrl::Https},
        {"http://ca.test/dir", ServerUrl::Plain},
        {"http://127.evil.test/", ServerUrl::Plain},
        {"http://localhost.evil.test/", ServerUrl::Plain},
        {"http://127.0.0.2:4001/dir", ServerUrl::PlainLoopback},
        {"http://localhost/dir", ServerUrl::PlainLoopback},
        {"http://[::1]:80/dir", ServerUrl::PlainLoopback},
    };
    for (const auto& [url, expected] : urls) {
        INFO(url);
        CHECK(classify_url(url) == expected);
    }
}

TEST_CASE("a server's URL that cannot be used is broken", "[rules][unit]") {
    for (const char* url : {"",
                            "ca.test",
                            "//ca.test/",
                            "ftp://ca.test/",
                            "https://",
                            "https:///dir",
                            "https://:1/",
                            "https://ca.test:0/",
                            "https://ca.test:65536/",
                            "https://ca.test:/",
                            "https://ca.test:1x/",
                            "https://user@ca.test/",
                            "https://a:b@ca.test/",
                            "https://ca.test/#dir",
                            "https://ca.test/a b",
                            "https://ca.test/\n",
                            "https://2001:db8::1/",
                            "https://[ca]/",
                            "https://300.1.1.1/",
                            "https://ca_test/",
                            "file:///etc/passwd"}) {
        INFO(url);
        CHECK(classify_url(url) == ServerUrl::Broken);
    }
}

TEST_CASE("a name server is a host or an address, with a port or without", "[rules][unit]") {
    for (const char* text :
         {"192.0.2.53", "192.0.2.53:5353", "ns1.example.com", "ns1:53", "ns1.example.com.:53",
          "2001:db8::1", "[2001:db8::1]", "[2001:db8::1]:53"}) {
        INFO(text);
        CHECK(is_host_port(text));
    }
    for (const char* text : {"", ":53", "192.0.2.53:", "192.0.2.53:0", "192.0.2.53:99999", "a b",
                             "[2001:db8::1", "[2001:db8::1]53", "[192.0.2.53]:53", "[]:53",
                             "192.0.2.300", "a:b:c", "-a.example.com"}) {
        INFO(text);
        CHECK_FALSE(is_host_port(text));
    }
}

}  // namespace kcert::rules
