// SPDX-License-Identifier: Apache-2.0

#include "dns/resolver.h"

#include <catch2/catch.hpp>

#include "dns/ldns_resolver.h"

namespace kcert::dns {
namespace {

TEST_CASE("a server is an IP literal, its port optional", "[dns][unit]") {
    CHECK(parse_server("192.0.2.1") == Server{"192.0.2.1", 53});
    CHECK(parse_server("192.0.2.1:5353") == Server{"192.0.2.1", 5353});
    CHECK(parse_server("2001:db8::1") == Server{"2001:db8::1", 53});
    CHECK(parse_server("[2001:db8::1]") == Server{"2001:db8::1", 53});
    CHECK(parse_server("[2001:db8::1]:5353", 99) == Server{"2001:db8::1", 5353});
    CHECK(parse_server("192.0.2.1", 8053) == Server{"192.0.2.1", 8053});
    CHECK(parse_server("fe80::1%eth0") == Server{"fe80::1%eth0", 53});
}

TEST_CASE("what is no IP literal or port is no server", "[dns][unit]") {
    const char* text = GENERATE("", "ns.example.com", "ns.example.com:53", "192.0.2.1:", ":53",
                                "192.0.2.1:0", "192.0.2.1:65536", "192.0.2.1:5x", "192.0.2",
                                "[192.0.2.1]:53", "[2001:db8::1", "[2001:db8::1]53", "192.0.2.1%x");
    CAPTURE(text);

    CHECK_FALSE(parse_server(text));
}

TEST_CASE("a server is written with brackets around an IPv6 address", "[dns][unit]") {
    CHECK(to_string(Server{"192.0.2.1", 53}) == "192.0.2.1:53");
    CHECK(to_string(Server{"::1", 8053}) == "[::1]:8053");
}

TEST_CASE("a fully qualified name is lower case with one dot at its end", "[dns][unit]") {
    CHECK(fqdn("Example.COM") == "example.com.");
    CHECK(fqdn("example.com.") == "example.com.");
    CHECK(fqdn("") == ".");
}

TEST_CASE("resolv.conf gives its first three name servers", "[dns][unit]") {
    const auto servers = parse_resolv_conf(
        "# comment\nsearch example.com\nnameserver 192.0.2.1\n  nameserver 192.0.2.9\n"
        "nameserver\t2001:db8::1 # office\nnameservers 192.0.2.8\nnameserver broken\n"
        "nameserver fe80::1%eth0\nnameserver 192.0.2.4\n");

    CHECK(servers ==
          std::vector<Server>{{"192.0.2.1", 53}, {"2001:db8::1", 53}, {"fe80::1%eth0", 53}});
}

TEST_CASE("a resolv.conf without name servers means this machine", "[dns][unit]") {
    CHECK(parse_resolv_conf("options ndots:5\n") == std::vector<Server>{{"127.0.0.1", 53}});
}

}  // namespace
}  // namespace kcert::dns
