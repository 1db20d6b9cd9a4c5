// SPDX-License-Identifier: Apache-2.0

#include "dns01/rfc2136/rfc2136_provider.h"

#include <set>

#include <catch2/catch.hpp>

#include "api/solver_catalog.h"
#include "base/error.h"
#include "dns01/registry.h"
#include "support/dns_server.h"
#include "support/fake_dns.h"
#include "support/manual_clock.h"
#include "support/scripted_http.h"

namespace kcert::dns01::rfc2136 {
namespace {

using Catch::Matchers::Contains;
using Secrets = std::map<std::string, Sensitive>;

json::Value stanza(std::initializer_list<json::Value::Member> members) {
    return json::Value::object(members);
}

Rfc2136Config config_of(const char* nameserver) {
    return read_rfc2136_config(stanza({{"nameserver", nameserver}}), {});
}

std::string failure(const json::Value& config, const Secrets& secrets) {
    try {
        read_rfc2136_config(config, secrets);
    } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::Config);
        return error.what();
    }
    return "nothing failed";
}

TEST_CASE("the name server is an address or a name, its port 53 unless given", "[dns01][unit]") {
    CHECK(config_of("192.0.2.1").host == "192.0.2.1");
    CHECK(config_of("192.0.2.1").port == 53);
    CHECK(config_of("192.0.2.1:8053").port == 8053);
    CHECK(config_of("[2001:db8::1]:8053").host == "2001:db8::1");
    CHECK(config_of("2001:db8::1").host == "2001:db8::1");
    CHECK(config_of("NS1.example.com").host == "ns1.example.com");
    CHECK(config_of("ns1.example.com:8053").port == 8053);
}

TEST_CASE("what is no name server is refused", "[dns01][unit]") {
    const char* nameserver = GENERATE("", "ns1.example.com:", "ns1.example.com:0", "ns 1", "ns1/x",
                                      "[2001:db8::1", "ns1.example.com:99999", ":53");
    CAPTURE(nameserver);

    CHECK_THROWS_AS(config_of(nameserver), Error);
}

TEST_CASE("a key is qualified, its algorithm HMACMD5 unless given in any case", "[dns01][unit]") {
    const Secrets secrets{{"tsigSecretSecretRef", Sensitive(" c2Vj\ncmV0 \n")}};
    auto config = stanza({{"nameserver", "192.0.2.1"}, {"tsigKeyName", "Lab-Key"}});

    const Rfc2136Config plain = read_rfc2136_config(config, secrets);
    config.set("tsigAlgorithm", "HmacSHA512");
    const Rfc2136Config strong = read_rfc2136_config(config, secrets);

    REQUIRE(plain.key);
    CHECK(plain.key->name == "lab-key.");
    CHECK(plain.key->algorithm == TsigAlgorithm::HmacMd5);
    CHECK(plain.key->secret.reveal() == "c2VjcmV0");
    CHECK(strong.key->algorithm == TsigAlgorithm::HmacSha512);
}

TEST_CASE("a secret that is no base64 is refused without showing it", "[dns01][unit]") {
    const auto config = stanza({{"nameserver", "192.0.2.1"}, {"tsigKeyName", "lab-key"}});

    const std::string message = failure(config, {{"tsigSecretSecretRef", Sensitive("pass:word")}});

    CHECK_THAT(message, Contains("not the base64 text of a TSIG key") && !Contains("pass"));
}

TEST_CASE("key name and secret belong together", "[dns01][unit]") {
    const auto named = stanza({{"nameserver", "192.0.2.1"}, {"tsigKeyName", "lab-key"}});
    const auto nameless = stanza({{"nameserver", "192.0.2.1"}});

    CHECK_THAT(failure(named, {}), Contains("tsigSecretSecretRef is missing"));
    CHECK_THAT(failure(nameless, {{"tsigSecretSecretRef", Sensitive("c2VjcmV0")}}),
               Contains("tsigKeyName is missing"));
}

TEST_CASE("an algorithm that is none lists those there are", "[dns01][unit]") {
    const auto config = stanza(
        {{"nameserver", "192.0.2.1"}, {"tsigKeyName", "lab-key"}, {"tsigAlgorithm", "HMACSHA384"}});

    CHECK_THAT(failure(config, {{"tsigSecretSecretRef", Sensitive("c2VjcmV0")}}),
               Contains("HMACSHA384") && Contains("HMACSHA256, HMACSHA512"));
}

TEST_CASE("a zone's records travel in one update", "[dns01][unit]") {
    const std::vector<TxtRecord> records{{"a.test.", "x.a.test.", "1"},
                                         {"b.test.", "x.b.test.", "2"},
                                         {"a.test.", "y.a.test.", "3"}};

    const std::vector<Update> updates = split_by_zone(records, Change::Add);

    REQUIRE(updates.size() == 2);
    CHECK(updates[0].zone == "a.test.");
    CHECK(updates[0].records == std::vector{records[0], records[2]});
    CHECK(updates[1].records == std::vector{records[1]});
}

TEST_CASE("what a packet cannot hold is split over several", "[dns01][unit]") {
    const std::vector<TxtRecord> records(2000, {"a.test.", "_acme-challenge.a.test.", "value"});

    const std::vector<Update> updates = split_by_zone(records, Change::Remove);

    REQUIRE(updates.size() == 2);
    CHECK(updates[0].records.size() + updates[1].records.size() == 2000);
    CHECK(encode_update(updates[0], std::nullopt).size() < 65'000);
}

TEST_CASE("the name server's name is looked up, and a lost update sent again",
          "[dns01][loopback]") {
    const testing::DnsServer server([](const testing::DnsServer::Request& request) {
        std::string accepted = testing::reply_packet(request.wire, {});
        accepted[2] = static_cast<char>(0xa8);  // a response to an UPDATE
        accepted[9] = 0;                        // that echoes none of its records
        return std::vector<std::string>{accepted};
    });
    testing::FakeDns dns;
    dns.add_zone("example.com.", {{"ns1.example.com.", {"127.0.0.1"}}});
    Rfc2136Provider provider({.host = "ns1.example.com", .port = server.address().port}, dns);
    const std::vector<TxtRecord> records{{"example.com.", "x.example.com.", "value"}};

    provider.present(records, {});
    provider.clean_up(records, {});

    CHECK(server.requests() == 2);
    CHECK(dns.batches.size() == 1);
}

TEST_CASE("of two zones the one that the server refuses is told", "[dns01][loopback]") {
    const testing::DnsServer server([](const testing::DnsServer::Request& request) {
        const bool ours = request.wire.find("\7example\3com") != std::string::npos;
        std::string reply = testing::reply_packet(request.wire, {.rcode = ours ? 0U : 5U});
        reply[2] = static_cast<char>(0xa8);  // a response to an UPDATE
        reply[9] = 0;                        // that echoes none of its records
        return std::vector<std::string>{reply};
    });
    testing::FakeDns dns;
    Rfc2136Provider provider({.host = "127.0.0.1", .port = server.address().port}, dns);
    const std::vector<TxtRecord> records{{"example.com.", "x.example.com.", "value"},
                                         {"example.org.", "x.example.org.", "value"}};

    try {
        provider.present(records, {});
        FAIL("nothing failed");
    } catch (const ZonesError& error) {
        REQUIRE(error.failures().size() == 1);
        CHECK(error.failures()[0].zone == "example.org.");
        CHECK_THAT(error.what(), Contains("update zone example.org (REFUSED)"));
        CHECK(error.kind() == ErrorKind::Declined);
    }
    CHECK(server.requests() == 2);
}

TEST_CASE("a name server without address is a transport error", "[dns01][unit]") {
    testing::FakeDns dns;
    Rfc2136Provider provider({.host = "ns1.example.com", .port = 53}, dns);

    CHECK_THROWS_WITH(provider.verify(std::vector<std::string>{"example.com."}, {}),
                      Contains("ns1.example.com has no address") && Contains("NXDOMAIN"));
}

struct World {
    testing::ManualClock clock;
    testing::ScriptedHttp http;
    testing::FakeDns dns;
    ProviderWorld refs{clock, http, dns};
};

TEST_CASE("the registry makes a provider of a stanza", "[dns01][unit]") {
    World world;
    const ProviderRequest request{.code = "rfc2136",
                                  .config = stanza({{"nameserver", "192.0.2.1"}})};

    CHECK(make_provider(request, world.refs) != nullptr);
}

TEST_CASE("the registry makes all that the catalogue lists, and nothing else", "[dns01][unit]") {
    std::set<std::string_view> listed;
    for (const api::SolverEntry& entry : api::solver_catalog()) {
        listed.insert(entry.code);
    }
    const std::vector<std::string_view> codes = provider_codes();

    CHECK(std::set<std::string_view>(codes.begin(), codes.end()) == listed);
    CHECK(codes.size() == listed.size());
}

TEST_CASE("a solver that is not built in is named with those that are", "[dns01][unit]") {
    World world;

    CHECK_THROWS_WITH(
        make_provider({.code = "nodns"}, world.refs),
        Contains("the DNS-01 solver \"nodns\" is not built in; built in: ") && Contains("rfc2136"));
}

}  // namespace
}  // namespace kcert::dns01::rfc2136
