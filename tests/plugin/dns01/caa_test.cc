// SPDX-License-Identifier: Apache-2.0

#include "dns01/caa.h"

#include <catch2/catch.hpp>

#include "support/fake_dns.h"

namespace kcert::dns01 {
namespace {

using Catch::Matchers::Contains;
using dns::RecordType;
using testing::FakeDns;

using Texts = std::vector<std::string>;

TEST_CASE("the closest CAA records upwards apply, all domains in one round", "[dns01][unit]") {
    FakeDns dns;
    dns.add_zone("com.");
    dns.add_zone("net.");
    dns.add_zone("example.com.");
    dns.add("com.", RecordType::Caa, "0 issue far.test");
    dns.add("example.com.", RecordType::Caa, "0 issue near.test");

    const auto found = relevant_caa(dns, Texts{"*.www.example.com", "example.net", "b.com"}, {});

    REQUIRE(found.size() == 3);
    CHECK(std::get<Texts>(found[0]) == Texts{"0 issue near.test"});
    CHECK(std::get<Texts>(found[1]).empty());
    CHECK(std::get<Texts>(found[2]) == Texts{"0 issue far.test"});
    CHECK(dns.batches.size() == 1);
}

TEST_CASE("CAA records that cannot be looked up are told, and keep no other domain's back",
          "[dns01][unit]") {
    FakeDns dns;
    dns.add_zone("example.com.");
    dns.fail("www.example.com.", dns::Rcode::ServFail);

    const auto found = relevant_caa(dns, Texts{"www.example.com", "example.com"}, {});

    REQUIRE(found.size() == 2);
    CHECK_THAT(std::get<Error>(found[0]).what(), Contains("SERVFAIL to CAA www.example.com."));
    CHECK(std::get<Texts>(found[1]).empty());
}

}  // namespace
}  // namespace kcert::dns01
