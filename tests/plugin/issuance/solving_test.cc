// SPDX-License-Identifier: Apache-2.0

#include "issuance/solving.h"

#include <algorithm>

#include <catch2/catch.hpp>

#include "dns01/challenge.h"
#include "shop.h"

namespace kcert::issuance {

namespace {

using Catch::Matchers::Contains;
using fixtures::Shop;

/// What a Solving stands on, on a Shop as it is.
struct Bench {
    explicit Bench(Shop& shop)
        : world(shop.world()),
          subject(shop.subject()),
          solving(world, subject, options, providers, state, journal, shop.progress) {}

    Locations locate() {
        const std::vector<std::string> names{"example.com", "www.example.com"};
        return locate_names(world, subject, names, {});
    }

    const World world;
    const Subject subject;
    Providers providers{world, subject};
    RunState state{world, subject};
    Journal journal{world.store, world.clock, subject.object};
    dns01::PropagationOptions options;
    Solving solving;
};

/// As a run places it; different texts make different values.
api::PlacedRecord record(const std::string& provider, const std::string& text) {
    return {provider,
            "rfc2136",
            "example.com.",
            "_acme-challenge.example.com.",
            dns01::challenge_value(text),
            "example.com"};
}

}  // namespace

TEST_CASE("each name's record is found in its zone", "[issuance][solving]") {
    Shop shop;
    shop.dns.add_zone("www.example.com");
    Bench bench(shop);

    const Locations locations = bench.locate();

    CHECK(locations.at("example.com").zone == "example.com.");
    CHECK(locations.at("example.com").name == "_acme-challenge.example.com.");
    CHECK(locations.at("www.example.com").zone == "www.example.com.");
}

TEST_CASE("CNAMEs are followed where the provider says so", "[issuance][solving]") {
    Shop shop;
    shop.dns.add_zone("acme.test");
    shop.dns.add("_acme-challenge.example.com", dns::RecordType::Cname, "web.acme.test.");
    shop.edit("issuer.yaml", "- name: prod-dns", "- name: prod-dns\n        cnameStrategy: Follow");
    Bench bench(shop);

    const Locations locations = bench.locate();

    CHECK(locations.at("example.com").zone == "acme.test.");
    CHECK(locations.at("example.com").name == "web.acme.test.");
    CHECK(locations.at("www.example.com").name == "_acme-challenge.www.example.com.");
}

TEST_CASE("a name server that lags is shown on its name's line", "[issuance][solving]") {
    Shop shop;
    shop.dns.add_zone("example.com",
                      {{"ns1.example.com", {"192.0.2.1"}}, {"ns2.example.com", {"192.0.2.2"}}});
    shop.dns.silence("192.0.2.2");
    shop.dns.before_batch = [&](std::size_t) {
        if (std::ranges::any_of(shop.steps, [](const DomainStep& step) {
                return step.detail.starts_with("seen by 1 of 2");
            })) {
            shop.dns.unsilence("192.0.2.2");
        }
    };

    REQUIRE(shop.issue().result == Result::Issued);

    const auto late = std::ranges::find_if(
        shop.steps, [](const DomainStep& step) { return !step.detail.empty(); });
    REQUIRE(late != shop.steps.end());
    CHECK(late->stage == Stage::Presented);
    CHECK_THAT(late->detail, Contains("seen by 1 of 2 name servers (ns2.example.com.: no answer"));
}

TEST_CASE("records that are never seen end the run, and are taken back", "[issuance][solving]") {
    Shop shop;
    shop.dns.add_zone("example.com",
                      {{"ns1.example.com", {"192.0.2.1"}}, {"ns2.example.com", {"192.0.2.2"}}});
    shop.dns.silence("192.0.2.2");

    const Outcome outcome = shop.issue();

    REQUIRE(outcome.failure);
    CHECK(outcome.failure->kind() == ErrorKind::TimedOut);
    CHECK_THAT(outcome.failure->what(), Contains("ns2.example.com."));
    CHECK(shop.ca.counts["challenge"] == 0);
    CHECK(shop.standing().empty());
}

TEST_CASE("apex and wildcard place two values at one name", "[issuance][solving]") {
    Shop shop;
    shop.edit("certificate.yaml", "  - www.example.com\n  acme", "  - '*.example.com'\n  acme");
    shop.edit("certificate.yaml", "      - www.example.com", "      - '*.example.com'");

    const Outcome outcome = shop.issue();

    REQUIRE(outcome.result == Result::Issued);
    const dns01::TxtRecord apex = shop.prod.presented.at(0).at(0);
    const dns01::TxtRecord wildcard = shop.cf.presented.at(0).at(0);
    CHECK(apex.name == wildcard.name);
    CHECK(apex.value != wildcard.value);
}

TEST_CASE("an authorization that is valid already places no record", "[issuance][solving]") {
    Shop shop;
    const net::Response valid{
        .status = 200,
        .body = R"({"status":"valid","identifier":{"type":"dns","value":"example.com"},)"
                R"("challenges":[]})"};
    shop.after = fixtures::once("authz", valid);
    shop.request.account.until = shop.clock.now() + std::chrono::minutes(1);

    shop.issue();

    CHECK(shop.prod.presented.empty());
    CHECK(shop.cf.presented.size() == 1);
}

TEST_CASE("an authorization for a name that was not ordered is refused", "[issuance][solving]") {
    Shop shop;
    const net::Response foreign{
        .status = 200,
        .body = R"({"status":"pending","identifier":{"type":"dns","value":"evil.test"},)"
                R"("challenges":[{"type":"dns-01","url":"https://ca.test/challenge/0",)"
                R"("token":"token_0","status":"pending"}]})"};
    shop.after = fixtures::once("authz", foreign);

    const Outcome outcome = shop.issue();

    REQUIRE(outcome.failure);
    CHECK_THAT(outcome.failure->what(), Contains("evil.test"));
    CHECK(shop.prod.presented.empty());
}

TEST_CASE("clean-up removes what earlier runs stored", "[issuance][solving]") {
    Shop shop;
    Bench bench(shop);
    bench.state.store_records(std::vector{record("prod-dns", "old")}, {});

    const std::vector<Leftover> left = bench.solving.clean_up({}).left;

    CHECK(left.empty());
    REQUIRE(shop.prod.cleaned.size() == 1);
    CHECK(shop.prod.cleaned[0].at(0).value == dns01::challenge_value("old"));
}

TEST_CASE("a record of the status that no challenge places is left alone and named",
          "[issuance][solving]") {
    Shop shop;
    shop.dns.silence("192.0.2.1");
    Bench bench(shop);
    api::PlacedRecord spf = record("prod-dns", "");
    SECTION("its value is another one") {
        spf.value = "v=spf1 -all";
    }
    SECTION("its name stands outside its zone") {
        spf.name = "example.org.";
    }
    bench.state.store_records(std::vector{spf}, {});

    const std::vector<Leftover> left = bench.solving.clean_up({}).left;

    CHECK(shop.prod.cleaned.empty());
    REQUIRE(left.size() == 1);
    CHECK_THAT(left[0].cause, Contains("no record of a challenge"));
}

TEST_CASE("a record whose provider is gone is left, the others are removed",
          "[issuance][solving]") {
    Shop shop;
    shop.dns.silence("192.0.2.1");
    Bench bench(shop);
    bench.state.store_records(std::vector{record("old-dns", "a"), record("prod-dns", "b")}, {});

    const std::vector<Leftover> left = bench.solving.clean_up({}).left;

    REQUIRE(left.size() == 1);
    CHECK(left[0].record.provider == "old-dns");
    CHECK_THAT(left[0].cause, Contains("old-dns"));
    CHECK(shop.prod.cleaned.size() == 1);
}

TEST_CASE("one record under two providers is left once each", "[issuance][solving]") {
    Shop shop;
    shop.prod.clean_up_failure = Error(ErrorKind::Transport, "no route");
    shop.dns.silence("192.0.2.1");
    Bench bench(shop);
    bench.state.store_records(std::vector{record("old-dns", "a"), record("prod-dns", "a")}, {});

    const std::vector<Leftover> left = bench.solving.clean_up({}).left;

    CHECK(left.size() == 2);
}

TEST_CASE("what no name server of the zone has is not left", "[issuance][solving]") {
    Shop shop;
    Bench bench(shop);
    bench.state.store_records(std::vector{record("old-dns", "a")}, {});

    CHECK(bench.solving.clean_up({}).left.empty());
}

}  // namespace kcert::issuance
