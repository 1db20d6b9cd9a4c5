// SPDX-License-Identifier: Apache-2.0

#include "dns01/locate.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "dns01/challenge.h"
#include "support/fake_dns.h"

namespace kcert::dns01 {
namespace {

using Catch::Matchers::Contains;
using dns::RecordType;
using testing::FakeDns;

/// The root, com, and example.com with a delegated child.
void add_zones(FakeDns& dns) {
    for (const char* zone :
         {".", "com.", "net.", "example.com.", "sub.example.com.", "target.net."}) {
        dns.add_zone(zone);
    }
    dns.add("www.example.com.", RecordType::A, "192.0.2.80");
}

Location locate(FakeDns& dns, std::string_view domain, CnameStrategy strategy) {
    const LocateRequest request{.name = challenge_name(domain), .strategy = strategy};
    return locate_all(dns, std::span(&request, 1), {}).at(0);
}

std::string failure(FakeDns& dns, std::string_view domain, CnameStrategy strategy) {
    try {
        locate(dns, domain, strategy);
    } catch (const Error& error) {
        return error.what();
    }
    return "nothing failed";
}

TEST_CASE("the zone is the closest one above the name", "[dns01][unit]") {
    FakeDns dns;
    add_zones(dns);

    CHECK(locate(dns, "example.com", CnameStrategy::None).zone == "example.com.");
    CHECK(locate(dns, "deep.www.example.com", CnameStrategy::None).zone == "example.com.");
    CHECK(locate(dns, "a.sub.example.com", CnameStrategy::None).zone == "sub.example.com.");
}

TEST_CASE("a challenge's name that is a zone of its own is found", "[dns01][unit]") {
    FakeDns dns;
    add_zones(dns);
    dns.add_zone("_acme-challenge.example.com.");

    const Location location = locate(dns, "example.com", CnameStrategy::None);

    CHECK(location.zone == "_acme-challenge.example.com.");
    CHECK(location.name == "_acme-challenge.example.com.");
}

TEST_CASE("a hundred names cost one round of questions", "[dns01][unit]") {
    FakeDns dns;
    add_zones(dns);
    std::vector<LocateRequest> requests;
    for (int i = 0; i < 100; ++i) {
        requests.push_back({challenge_name("h" + std::to_string(i) + ".example.com")});
    }

    const std::vector<Location> locations = locate_all(dns, requests, {});

    CHECK(locations.at(99).name == "_acme-challenge.h99.example.com.");
    REQUIRE(dns.batches.size() == 1);
    CHECK(dns.batches[0].size() == 100);
}

TEST_CASE("a resolver that leaves the SOA out is asked for every ancestor at once",
          "[dns01][unit]") {
    FakeDns dns;
    add_zones(dns);
    dns.fail("_acme-challenge.a.sub.example.com.", dns::Rcode::NxDomain);
    dns.fail("_acme-challenge.b.sub.example.com.", dns::Rcode::NxDomain);
    const std::vector<LocateRequest> requests{{challenge_name("a.sub.example.com")},
                                              {challenge_name("b.sub.example.com")}};

    const std::vector<Location> locations = locate_all(dns, requests, {});

    CHECK(locations[0].zone == "sub.example.com.");
    CHECK(locations[1].zone == "sub.example.com.");
    CHECK(dns.batches.size() == 2);
    CHECK(dns.asked("example.com.") == 1);
}

TEST_CASE("Follow goes to the end of a chain of CNAMEs", "[dns01][unit]") {
    FakeDns dns;
    add_zones(dns);
    dns.add("_acme-challenge.example.com.", RecordType::Cname, "one.target.net.");
    dns.add("one.target.net.", RecordType::Cname, "x.sub.example.com.");

    const Location location = locate(dns, "example.com", CnameStrategy::Follow);

    CHECK(location.name == "x.sub.example.com.");
    CHECK(location.zone == "sub.example.com.");
    CHECK(location.cnames ==
          std::vector<std::string>{"_acme-challenge.example.com.", "one.target.net."});
}

TEST_CASE("a CNAME that a wildcard made is not followed", "[dns01][unit]") {
    FakeDns dns;
    add_zones(dns);
    dns.add("*.example.com.", RecordType::Cname, "www.target.net.");
    const auto strategy = GENERATE(CnameStrategy::Follow, CnameStrategy::None);

    const Location location = locate(dns, "new.example.com", strategy);

    CHECK(location.name == "_acme-challenge.new.example.com.");
    CHECK(location.zone == "example.com.");
    CHECK(location.cnames.empty());
}

TEST_CASE("a CNAME of the name's own beside a wildcard is followed", "[dns01][unit]") {
    FakeDns dns;
    add_zones(dns);
    dns.add("*.example.com.", RecordType::Cname, "www.target.net.");
    dns.add("_acme-challenge.example.com.", RecordType::Cname, "own.target.net.");

    CHECK(locate(dns, "example.com", CnameStrategy::Follow).name == "own.target.net.");
}

TEST_CASE("a CNAME without Follow is an error that says what to set", "[dns01][unit]") {
    FakeDns dns;
    add_zones(dns);
    dns.add("_acme-challenge.example.com.", RecordType::Cname, "one.target.net.");

    const std::string message = failure(dns, "example.com", CnameStrategy::None);

    CHECK_THAT(message, Contains("_acme-challenge.example.com. is a CNAME to one.target.net.") &&
                            Contains("cnameStrategy: Follow"));
}

TEST_CASE("CNAMEs in a circle are an error that shows it", "[dns01][unit]") {
    FakeDns dns;
    add_zones(dns);
    // A resolver gives a whole circle up, so this one closes while it is being followed.
    dns.add("_acme-challenge.example.com.", RecordType::Cname, "one.target.net.");
    dns.before_batch = [&](std::size_t batch) {
        if (batch == 2) {
            dns.remove("_acme-challenge.example.com.", RecordType::Cname, "one.target.net.");
            dns.add("one.target.net.", RecordType::Cname, "_acme-challenge.example.com.");
        }
    };

    CHECK_THAT(failure(dns, "example.com", CnameStrategy::Follow),
               Contains("_acme-challenge.example.com. -> one.target.net. -> "
                        "_acme-challenge.example.com."));
}

TEST_CASE("more than ten CNAMEs are too many", "[dns01][unit]") {
    FakeDns dns;
    add_zones(dns);
    dns.add("_acme-challenge.example.com.", RecordType::Cname, "h0.target.net.");
    for (int i = 0; i < 10; ++i) {
        dns.add("h" + std::to_string(i) + ".target.net.", RecordType::Cname,
                "h" + std::to_string(i + 1) + ".target.net.");
    }

    CHECK_THAT(failure(dns, "example.com", CnameStrategy::Follow),
               Contains("more than 10 CNAMEs in a row"));
}

TEST_CASE("a zone is not looked for above a failing answer", "[dns01][unit]") {
    FakeDns dns;
    add_zones(dns);
    dns.fail("_acme-challenge.a.sub.example.com.", dns::Rcode::NxDomain);
    dns.fail("a.sub.example.com.", dns::Rcode::NxDomain);
    dns.fail("sub.example.com.", dns::Rcode::ServFail);

    CHECK_THAT(failure(dns, "a.sub.example.com", CnameStrategy::None),
               Contains("192.0.2.53:53 answered SERVFAIL to SOA sub.example.com."));
}

TEST_CASE("every name without a zone is told at once", "[dns01][unit]") {
    FakeDns dns;
    add_zones(dns);
    const std::vector<LocateRequest> requests{{challenge_name("a.nowhere")},
                                              {challenge_name("www.example.com")},
                                              {challenge_name("b.nowhere")}};

    CHECK_THROWS_WITH(locate_all(dns, requests, {}), Contains("_acme-challenge.a.nowhere.") &&
                                                         Contains("_acme-challenge.b.nowhere.") &&
                                                         Contains("NXDOMAIN"));
}

TEST_CASE("what to do about names without a zone is said once, with who was asked",
          "[dns01][unit]") {
    FakeDns dns;
    add_zones(dns);
    const std::vector<LocateRequest> requests{{challenge_name("a.nowhere")},
                                              {challenge_name("b.nowhere")}};

    CHECK_THROWS_WITH(
        locate_all(dns, requests, {}),
        Catch::EndsWith("_acme-challenge.b.nowhere.: no zone holds it: 192.0.2.53:53 answered "
                        "NXDOMAIN, and the closest zone is the root (asked: 192.0.2.53:53; check "
                        "the network, the name and that its domain is delegated to its name "
                        "servers, or ask other resolvers: --dns01-recursive-nameservers "
                        "HOST:PORT)"));
}

TEST_CASE("a CNAME that is in the way is no matter of resolvers", "[dns01][unit]") {
    FakeDns dns;
    add_zones(dns);
    dns.add("_acme-challenge.example.com.", RecordType::Cname, "one.target.net.");

    CHECK_THAT(failure(dns, "example.com", CnameStrategy::None),
               !Contains("--dns01-recursive-nameservers"));
}

TEST_CASE("each name without a zone is told beside those that have one", "[dns01][unit]") {
    FakeDns dns;
    add_zones(dns);
    const std::vector<LocateRequest> requests{{challenge_name("a.nowhere")},
                                              {challenge_name("www.example.com")}};

    const std::vector<Located> located = locate_each(dns, requests, {});

    REQUIRE(located.size() == 2);
    CHECK_THAT(std::get<Error>(located[0]).what(), Contains("--dns01-recursive-nameservers"));
    CHECK(std::get<Location>(located[1]).zone == "example.com.");
}

TEST_CASE("a silent resolver is a transport error", "[dns01][unit]") {
    FakeDns dns;
    dns.silence(FakeDns::kResolver);

    CHECK_THAT(
        failure(dns, "example.com", CnameStrategy::None),
        Contains("no answer from 192.0.2.53:53") && Contains("--dns01-recursive-nameservers"));
}

}  // namespace
}  // namespace kcert::dns01
