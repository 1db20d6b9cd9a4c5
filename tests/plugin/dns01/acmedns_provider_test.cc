// SPDX-License-Identifier: Apache-2.0

#include "dns01/acmedns/acmedns_provider.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "json/json.h"
#include "support/answering_http.h"
#include "support/manual_clock.h"

namespace kcert::dns01::acmedns {
namespace {

using Calls = std::vector<std::string>;
using Catch::Matchers::Contains;

constexpr const char* kAccounts = R"({
  "example.com": {"username": "u1", "password": "p4ss-word-1", "fulldomain": "one.auth.test",
                  "subdomain": "one", "allowfrom": []},
  "Example.org": {"username": "u2", "password": "p4ss-word-2", "fulldomain": "two.auth.test",
                  "subdomain": "two", "allowfrom": []}})";

AcmeDnsConfig config_of(const std::string& accounts, const char* host = "https://auth.test/") {
    return read_acmedns_config(json::Value::object({{"host", host}}),
                               {{"accountSecretRef", Sensitive(accounts)}});
}

std::string fault_of(const std::string& accounts) {
    try {
        config_of(accounts);
    } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::Config);
        return error.what();
    }
    return "nothing failed";
}

TxtRecord record(const std::string& name, const std::string& value, const std::string& domain) {
    return {.zone = "auth.test.", .name = name, .value = value, .domain = domain};
}

struct Server {
    net::Response answer{200, {}, R"({"txt": "x"})"};
    testing::AnsweringHttp http{[this](const net::Request&) { return answer; }};
    testing::ManualClock clock;
    AcmeDnsProvider provider{config_of(kAccounts), http, clock};

    std::string failure(const std::vector<TxtRecord>& records) {
        try {
            provider.present(records, {});
        } catch (const Error& error) {
            CHECK_THAT(error.what(), !Contains("p4ss"));
            return error.what();
        }
        return "nothing failed";
    }
};

TEST_CASE("each value is posted with its domain's account", "[dns01][acmedns]") {
    Server server;

    server.provider.present(std::vector{record("one.auth.test.", "a", "example.com"),
                                        record("two.auth.test.", "b", "example.org")},
                            {});

    CHECK(server.http.calls().size() == 2);
    for (const net::Request& request : server.http.requests()) {
        CHECK(request.url == "https://auth.test/update");
        const bool first = json::parse_json(request.body).text({"subdomain"}) == "one";
        CHECK(json::parse_json(request.body).text({"txt"}) == (first ? "a" : "b"));
        CHECK(request.headers[1] ==
              std::pair<std::string, std::string>("X-Api-User", first ? "u1" : "u2"));
        CHECK(request.headers[2].second == (first ? "p4ss-word-1" : "p4ss-word-2"));
    }
}

TEST_CASE("a name and its wildcard share the two values", "[dns01][acmedns]") {
    Server server;
    const std::vector pair{record("one.auth.test.", "a", "example.com"),
                           record("one.auth.test.", "b", "example.com")};

    server.provider.present(pair, {});
    server.provider.present(pair, {});
    server.provider.clean_up(pair, {});

    CHECK(server.http.calls().size() == 2);
}

TEST_CASE("where an answer was lost both values are set again, in their order",
          "[dns01][acmedns]") {
    std::vector<std::string> set;
    int answers = 0;
    testing::AnsweringHttp http([&](const net::Request& request) -> net::Outcome {
        set.emplace_back(json::parse_json(request.body).text({"txt"}));
        return net::Response{++answers == 2 ? 502 : 200, {}, "{}"};
    });
    const testing::ManualClock clock;
    AcmeDnsProvider provider(config_of(kAccounts), http, clock);

    provider.present(std::vector{record("one.auth.test.", "a", "example.com"),
                                 record("one.auth.test.", "b", "example.com")},
                     {});

    CHECK(set == std::vector<std::string>{"a", "b", "a", "b"});
    CHECK(clock.sleeps().size() == 1);
}

TEST_CASE("a third value would push out the first, and is refused before any is set",
          "[dns01][acmedns]") {
    Server server;

    CHECK_THAT(server.failure({record("one.auth.test.", "a", "example.com"),
                               record("one.auth.test.", "b", "example.com"),
                               record("one.auth.test.", "c", "example.com")}),
               Contains("keeps two values"));
    CHECK(server.http.calls().empty());
}

TEST_CASE("a missing CNAME is told as the record to add", "[dns01][acmedns]") {
    Server server;

    CHECK_THAT(server.failure({record("_acme-challenge.example.com.", "a", "example.com")}),
               Contains("add the record _acme-challenge.example.com. CNAME one.auth.test."));
}

TEST_CASE("a domain without an account is named beside those that have one", "[dns01][acmedns]") {
    Server server;

    CHECK_THAT(server.failure({record("one.auth.test.", "a", "www.example.com")}),
               Contains("no account of www.example.com; it holds: example.com, example.org"));
}

TEST_CASE("a refused account is told in plain words", "[dns01][acmedns]") {
    Server server;
    server.answer = {401, {}, R"({"error": "forbidden"})"};

    CHECK_THAT(server.failure({record("one.auth.test.", "a", "example.com")}),
               Contains("updating one.auth.test: the server does not know this account"));
    CHECK(server.http.calls().size() == 1);
}

TEST_CASE("a dry run asks whether the server is up", "[dns01][acmedns]") {
    Server server;
    const std::vector<std::string> zones{"auth.test."};

    server.provider.verify(zones, {});

    CHECK(server.http.calls() == Calls{"GET https://auth.test/health"});
}

TEST_CASE("what is wrong with the accounts is told without a password", "[dns01][acmedns]") {
    CHECK_THAT(fault_of("p4ss-word"), Contains("is no JSON") && !Contains("p4ss"));
    CHECK_THAT(fault_of("[]"), Contains("is no JSON object"));
    CHECK_THAT(fault_of("eyJhIjoge319"), Contains("base64 twice"));
    CHECK_THAT(fault_of(R"({"username": "u", "password": "p4ss", "fulldomain": "a.b",
                            "subdomain": "a"})"),
               Contains("without the domain") && !Contains("p4ss"));
    CHECK_THAT(fault_of(R"({"example.com": {"username": "u"}})"),
               Contains("lacks a member of \"example.com\""));
    CHECK_THROWS_WITH(config_of(kAccounts, "auth.test"), Contains("no URL"));
}

}  // namespace
}  // namespace kcert::dns01::acmedns
