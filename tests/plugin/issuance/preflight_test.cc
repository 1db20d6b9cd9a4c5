// SPDX-License-Identifier: Apache-2.0

#include "issuance/preflight.h"

#include <algorithm>
#include <memory>

#include <catch2/catch.hpp>

#include "issuance/rights.h"
#include "json/json.h"
#include "shop.h"

namespace kcert::issuance {

namespace {

using Catch::Matchers::Contains;
using fixtures::Shop;

Preflight look(Shop& shop) {
    return preflight(shop.world(), shop.request, {});
}

crypto::PrivateKey account_key() {
    return crypto::PrivateKey::generate({crypto::KeyAlgorithm::Ecdsa, 256});
}

}  // namespace

TEST_CASE("a dry run changes no byte of the folder and orders nothing", "[issuance][preflight]") {
    Shop shop;
    const auto before = shop.files();

    const Preflight report = look(shop);

    CHECK(report.good());
    CHECK(shop.files() == before);
    CHECK(shop.ca.counts == std::map<std::string, int>{{"directory", 1}});
    CHECK(shop.prod.presented.empty());
    CHECK(shop.cf.presented.empty());
}

TEST_CASE("a dry run tells what would keep its results from being stored",
          "[issuance][preflight]") {
    Shop shop;
    shop.folder.write("secret.shop.web-tls.yaml", "kind: ConfigMap\n");

    const Preflight report = look(shop);

    CHECK_FALSE(report.good());
    REQUIRE(report.problems.size() == 1);
    CHECK_THAT(report.problems[0], Contains("secret.shop.web-tls.yaml is in the way"));
}

TEST_CASE("a dry run looks for the account and does not make it", "[issuance][preflight]") {
    Shop shop;
    shop.register_account(account_key());
    shop.ca.account_exists = false;
    const auto before = shop.files();

    const Preflight report = look(shop);

    CHECK(report.account ==
          "would be registered as user@example.com, with the key that its Secret holds");
    CHECK(shop.ca.last_payload.has("onlyReturnExisting"));
    CHECK_FALSE(shop.ca.account_exists);
    CHECK(shop.ca.counts["new-order"] == 0);
    CHECK(shop.files() == before);
}

TEST_CASE("a dry run tells the account that is there", "[issuance][preflight]") {
    Shop shop;
    shop.register_account(account_key());

    const Preflight report = look(shop);

    CHECK(report.account == "registered: https://ca.test/account/1");
}

TEST_CASE("a dry run tells each name's provider, zone, record and servers",
          "[issuance][preflight]") {
    Shop shop;

    const Preflight report = look(shop);

    REQUIRE(report.names.size() == 2);
    const NameCheck& name = report.names[1];
    CHECK(name.name == "www.example.com");
    CHECK(name.provider == "cf-dns");
    CHECK(name.solver == "cloudflare");
    CHECK(name.zone == "example.com.");
    CHECK(name.record == "_acme-challenge.www.example.com.");
    REQUIRE(name.servers.size() == 1);
    CHECK(name.servers[0].host == "ns1.example.com.");
    CHECK(name.problems.empty());
}

TEST_CASE("a dry run tells what a run would write, in its order", "[issuance][preflight]") {
    Shop shop;

    const Preflight report = look(shop);

    CHECK(report.writes ==
          std::vector<std::string>{
              "Secret shop/letsencrypt-account: the ACME account's key",
              "TXT _acme-challenge.example.com. in zone example.com., removed again",
              "TXT _acme-challenge.www.example.com. in zone example.com., removed again",
              "Secret shop/web-tls: created with tls.crt and tls.key"});
}

TEST_CASE("a dry run of a good certificate would write nothing", "[issuance][preflight]") {
    Shop shop;
    REQUIRE(shop.issue().result == Result::Issued);

    const Preflight report = look(shop);

    CHECK_FALSE(report.plan.due());
    CHECK(report.writes.empty());
}

TEST_CASE("a dry run tells what an earlier run left and what taking over takes off",
          "[issuance][preflight]") {
    Shop shop;
    shop.cf.clean_up_failure = Error(ErrorKind::Transport, "connection refused");
    shop.issue_first();
    CHECK(
        look(shop).writes ==
        std::vector<std::string>{"TXT _acme-challenge.www.example.com. in zone example.com., left "
                                 "by an earlier run: removed"});

    Shop other;
    other.add_secret("web-tls", {{"ca.crt", "x"}},
                     json::parse_json(R"({"labels":{"app.kubernetes.io/managed-by":"Helm"}})"));
    other.request.subject.take_over = true;
    CHECK(look(other).writes.back() ==
          "Secret shop/web-tls: the marks of its present owner taken off");
}

TEST_CASE("each provider logs in once, for its zones", "[issuance][preflight]") {
    Shop shop;

    look(shop);

    CHECK(shop.prod.verified == std::vector<std::vector<std::string>>{{"example.com."}});
    CHECK(shop.cf.verified.size() == 1);
}

TEST_CASE("a provider that refuses the credential is a problem of the run",
          "[issuance][preflight]") {
    Shop shop;
    shop.cf.verify_failure = Error(ErrorKind::Declined, "invalid API key");

    const Preflight report = look(shop);

    CHECK_FALSE(report.good());
    CHECK(report.problems == std::vector<std::string>{"DNS provider \"cf-dns\": invalid API key"});
    CHECK(report.names.size() == 2);
}

TEST_CASE("a provider that cannot be made is named once", "[issuance][preflight]") {
    Shop shop;
    World world = shop.world();
    world.make_provider = [](const auto&, const auto&) -> std::unique_ptr<dns01::Provider> {
        throw Error(ErrorKind::Config, "the API key is empty");
    };

    const Preflight report = preflight(world, shop.request, {});

    REQUIRE_FALSE(report.problems.empty());
    CHECK_THAT(report.problems[0], Catch::StartsWith("DNS provider \"cf-dns\" (Secret shop/"));
    CHECK(report.problems[0].find("DNS provider", 1) == std::string::npos);
}

TEST_CASE("DNS that is down is a problem though the certificate is good", "[issuance][preflight]") {
    Shop shop;
    shop.issue_first();
    shop.dns.silence(testing::FakeDns::kResolver);

    const Preflight report = look(shop);

    CHECK_FALSE(report.plan.due());
    CHECK_FALSE(report.good());
    REQUIRE(report.names.at(0).problems.size() == 1);
    CHECK_THAT(report.names[0].problems[0], Contains("no answer from 192.0.2.53:53") &&
                                                Contains("--dns01-recursive-nameservers"));
}

TEST_CASE("many names cost no more rounds of questions than one", "[issuance][preflight]") {
    Shop shop;

    look(shop);

    CHECK(shop.dns.batches.size() == 5);  // zones, CAA, NS, addresses, every server once
}

TEST_CASE("a name without a zone is a problem of that name", "[issuance][preflight]") {
    Shop shop;
    shop.edit("certificate.yaml", "www.example.com", "www.nowhere.example");

    const Preflight report = look(shop);

    CHECK_FALSE(report.good());
    CHECK(report.problems.empty());
    CHECK(report.names.at(0).problems.empty());
    CHECK(report.names.at(1).problems.size() == 1);
    CHECK(report.names.at(1).zone.empty());
}

TEST_CASE("a CA that cannot be asked does not hide what else there is to say",
          "[issuance][preflight]") {
    Shop shop;
    shop.before = fixtures::once("directory", net::Response{.status = 404});

    const Preflight report = look(shop);

    REQUIRE(report.problems.size() == 1);
    CHECK(report.account.empty());
    CHECK(report.names.at(0).zone == "example.com.");
}

TEST_CASE("an account key that cannot be read is a problem, not the end", "[issuance][preflight]") {
    Shop shop;
    shop.add_secret("letsencrypt-account", {{"tls.key", "hunter2"}});

    const Preflight report = look(shop);

    REQUIRE(report.problems.size() == 1);
    CHECK_THAT(report.problems[0], Contains("letsencrypt-account") && !Contains("hunter2"));
    CHECK(report.names.size() == 2);
}

TEST_CASE("the Secret that a dry run lets the place judge holds a pair that belongs together",
          "[issuance][preflight]") {
    Shop shop;

    const auto secrets = planned_secrets(shop.subject(), shop.clock.now());

    REQUIRE(secrets.size() == 3);
    CHECK(secrets[0].text({"type"}) == "kubernetes.io/tls");
    json::Findings faults;
    const api::Secret tls = api::decode_secret(secrets[0], faults);
    const auto chain = crypto::Certificate::parse_pem(tls.find("tls.crt")->reveal());
    CHECK(chain.at(0).has_key(crypto::PrivateKey::from_pem(*tls.find("tls.key"))));
}

TEST_CASE("a CA that wants an external account is a problem where none is set",
          "[issuance][preflight]") {
    Shop shop;
    shop.directory_meta.set("externalAccountRequired", true);

    const Preflight report = look(shop);

    REQUIRE(report.problems.size() == 1);
    CHECK_THAT(report.problems[0], Contains("externalAccountBinding"));
}

TEST_CASE("CAA records that let only others issue are a warning", "[issuance][preflight]") {
    Shop shop;
    shop.directory_meta.set("caaIdentities", json::Value::array({"ca.test"}));
    shop.dns.add("example.com", dns::RecordType::Caa, "0 issue other.test");

    const Preflight report = look(shop);

    REQUIRE(report.names.at(1).warnings.size() == 1);
    CHECK_THAT(report.names[1].warnings[0], Contains("other.test") && Contains("ca.test"));
    CHECK(report.good());
}

TEST_CASE("what the rules refuse is not looked at any further", "[issuance][preflight]") {
    Shop shop;
    shop.edit("certificate.yaml", "provider: cf-dns", "provider: gone-dns");

    const Preflight report = look(shop);

    CHECK(report.refused);
    CHECK_FALSE(report.good());
    CHECK(shop.ca.counts.empty());
    CHECK(shop.dns.batches.empty());
}

TEST_CASE("a stopped dry run is stopped", "[issuance][preflight]") {
    Shop shop;
    const std::stop_source stopper;
    shop.before = fixtures::stop_at("directory", stopper);

    CHECK_THROWS_AS(preflight(shop.world(), shop.request, stopper.get_token()), Error);
}

TEST_CASE("CAA records are read as RFC 8659 has it", "[issuance][preflight]") {
    const std::vector<std::string> us{"ca.test", "Alias.test"};

    CHECK(caa_allows({}, false, us));
    CHECK(caa_allows({"0 issue ca.test"}, false, us));
    CHECK(caa_allows({"0 issue CA.test; accounturi=https://ca.test/1"}, false, us));
    CHECK(caa_allows({"0 issue alias.test"}, false, us));
    CHECK(caa_allows({"0 issue other.test", "0 issue ca.test"}, false, us));
    CHECK(caa_allows({"0 iodef mailto:a@b.test"}, false, us));
    CHECK_FALSE(caa_allows({"0 issue other.test"}, false, us));
    CHECK_FALSE(caa_allows({"0 issue ;"}, false, us));
    CHECK_FALSE(caa_allows({"0 issue other.test"}, true, us));
    CHECK_FALSE(caa_allows({"0 issue ca.test", "0 issuewild ;"}, true, us));
    CHECK(caa_allows({"0 issue other.test", "0 issuewild ca.test"}, true, us));
    CHECK(caa_allows({"0 issuewild other.test"}, false, us));
}

}  // namespace kcert::issuance
