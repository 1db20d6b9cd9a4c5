// SPDX-License-Identifier: Apache-2.0

#include "issuance/account.h"

#include <catch2/catch.hpp>

#include "base/base64.h"
#include "fixtures.h"
#include "json/json.h"
#include "shop.h"

namespace kcert::issuance {

namespace {

using Catch::Matchers::Contains;
using Catch::Matchers::Equals;
using fixtures::Shop;

std::unique_ptr<acme::Transport> open(Shop& shop, const AccountOptions& options = {}) {
    const Subject subject = shop.subject();
    REQUIRE_FALSE(subject.refused());
    return open_account(shop.world(), subject, options, shop.progress, {});
}

crypto::PrivateKey ecdsa_key() {
    return crypto::PrivateKey::generate({crypto::KeyAlgorithm::Ecdsa, 256});
}

crypto::PrivateKey stored_key(Shop& shop) {
    return crypto::PrivateKey::from_pem(*shop.secret("letsencrypt-account")->find("tls.key"));
}

void bind_external_account(const Shop& shop) {
    shop.edit("issuer.yaml", "    privateKeySecretRef:",
              "    externalAccountBinding:\n"
              "      keyID: kid-1\n"
              "      keySecretRef:\n"
              "        name: eab\n"
              "        key: secret\n"
              "    privateKeySecretRef:");
}

}  // namespace

TEST_CASE("without a key an account is made, and key, URL and e-mail are stored",
          "[issuance][account]") {
    Shop shop;

    const auto transport = open(shop);

    CHECK(transport->account_url() == fixtures::kAccountUrl);
    CHECK(stored_key(shop).thumbprint() == transport->account_key().thumbprint());
    CHECK(shop.ca.contacts == std::vector<std::string>{"mailto:user@example.com"});
    const api::IssuerStatus status = shop.issuer().status;
    CHECK(status.account_url == fixtures::kAccountUrl);
    CHECK(status.last_registered_email == "user@example.com");
    REQUIRE(status.conditions.size() == 1);
    CHECK(status.conditions[0].status == "True");
    CHECK(status.conditions[0].reason == "ACMEAccountRegistered");
}

TEST_CASE("the kind of a new account's key is chosen", "[issuance][account]") {
    Shop shop;
    CHECK(open(shop)->account_key().jws_algorithm() == "ES256");
    Shop other;

    const auto transport = open(other, {.new_key = {crypto::KeyAlgorithm::Rsa, 2048}});

    CHECK(transport->account_key().jws_algorithm() == "RS256");
    CHECK(other.ca.faults.empty());
}

TEST_CASE("an account is found by its key where the status has no URL", "[issuance][account]") {
    Shop shop;
    shop.register_account(ecdsa_key());

    const auto transport = open(shop);

    CHECK(transport->account_url() == fixtures::kAccountUrl);
    CHECK(shop.ca.counts["new-account"] == 1);
    CHECK(shop.ca.last_payload.has("onlyReturnExisting"));
    CHECK(shop.issuer().status.account_url == fixtures::kAccountUrl);
}

TEST_CASE("a remembered account costs no request but the directory", "[issuance][account]") {
    Shop shop;
    shop.register_account(ecdsa_key());
    shop.remember_account(fixtures::kAccountUrl, "user@example.com");

    const auto transport = open(shop);

    CHECK(transport->account_url() == fixtures::kAccountUrl);
    CHECK(shop.ca.counts == std::map<std::string, int>{{"directory", 1}});
}

TEST_CASE("an account of another CA is not taken for this one's", "[issuance][account]") {
    Shop shop;
    shop.register_account(ecdsa_key());
    shop.remember_account("https://staging.test/account/1", "user@example.com");

    const auto transport = open(shop);

    CHECK(transport->account_url() == fixtures::kAccountUrl);
    CHECK(shop.issuer().status.account_url == fixtures::kAccountUrl);
}

TEST_CASE("a stored key that the CA does not know is registered, not replaced",
          "[issuance][account]") {
    Shop shop;
    const auto key = ecdsa_key();
    shop.register_account(key);
    shop.ca.account_exists = false;

    open(shop);

    CHECK(shop.ca.account_exists);
    CHECK(stored_key(shop).thumbprint() == key.thumbprint());
}

TEST_CASE("an RSA key that the Secret holds is used as it is", "[issuance][account]") {
    Shop shop;
    shop.register_account(crypto::PrivateKey::from_pem(Sensitive(fixtures::file("leaf.key"))));

    const auto transport = open(shop);

    CHECK(transport->account_key().jws_algorithm() == "RS256");
    CHECK(shop.ca.faults.empty());
}

TEST_CASE("a key joins what else the account's Secret holds", "[issuance][account]") {
    Shop shop;
    shop.add_secret("letsencrypt-account", {{"note", "ours"}});

    open(shop);

    CHECK(shop.secret("letsencrypt-account")->find("note")->reveal() == "ours");
    CHECK(shop.secret("letsencrypt-account")->find("tls.key") != nullptr);
}

TEST_CASE("an account key that cannot be read is named and not shown", "[issuance][account]") {
    Shop shop;
    shop.add_secret("letsencrypt-account", {{"tls.key", "hunter2"}});

    CHECK_THROWS_WITH(open(shop), Contains("account key \"tls.key\" of Secret") &&
                                      Contains("letsencrypt-account") && !Contains("hunter2"));

    CHECK(shop.ca.counts["new-account"] == 0);
}

TEST_CASE("a changed e-mail becomes the account's contact", "[issuance][account]") {
    Shop shop;
    shop.register_account(ecdsa_key());
    shop.remember_account(fixtures::kAccountUrl, "old@example.com");

    open(shop);

    CHECK(shop.ca.contacts == std::vector<std::string>{"mailto:user@example.com"});
    CHECK(shop.issuer().status.last_registered_email == "user@example.com");
}

TEST_CASE("an Issuer that never had an e-mail takes nobody's contact away", "[issuance][account]") {
    Shop shop;
    shop.register_account(ecdsa_key());
    shop.edit("issuer.yaml", "    email: user@example.com\n    private", "    private");
    shop.after = fixtures::once(
        "new-account",
        net::Response{.status = 200,
                      .headers = {{"location", std::string(fixtures::kAccountUrl)}},
                      .body = R"({"status":"valid","contact":["mailto:a@b.test"]})"});

    open(shop);

    CHECK(shop.ca.counts["account"] == 0);
}

TEST_CASE("the terms of service are shown when an account is made, and only then",
          "[issuance][account]") {
    Shop shop;
    shop.directory_meta.set("termsOfService", "https://ca.test/terms");
    open(shop);
    REQUIRE(shop.notes.size() == 1);
    CHECK_THAT(shop.notes[0], Contains("https://ca.test/terms"));

    open(shop);

    CHECK(shop.notes.size() == 1);
}

TEST_CASE("an external account binds the new key", "[issuance][account]") {
    Shop shop;
    bind_external_account(shop);
    shop.add_secret("eab", {{"secret", base64url_encode(std::string(32, 'k')) + "\n"}});

    open(shop);

    const json::Value& binding = shop.ca.last_payload["externalAccountBinding"];
    const auto header = json::parse_json(*base64url_decode(binding.text({"protected"})));
    CHECK(header.text({"kid"}) == "kid-1");
    CHECK(header.text({"alg"}) == "HS256");
    CHECK(header.text({"url"}) == "https://ca.test/new-account");
}

TEST_CASE("an external account without its key is refused before anything is sent",
          "[issuance][account]") {
    Shop shop;
    bind_external_account(shop);

    const Subject subject = shop.subject();

    CHECK(subject.refused());
    CHECK_THROWS_WITH(external_account(subject), Contains("Secret \"eab\" has no key \"secret\""));
}

TEST_CASE("the Issuer's caBundle comes before --acme-ca", "[issuance][account]") {
    api::AcmeIssuer issuer{.server = "https://ca.test/directory"};
    CHECK(ca_route(issuer, {.ca_pem = "OURS"}).ca_pem == "OURS");
    CHECK(ca_route(issuer, {}).trust_advice ==
          "name its CA by --acme-ca FILE or spec.acme.caBundle");
    issuer.ca_bundle = "BUNDLE";
    issuer.skip_tls_verify = true;

    const net::Route route = ca_route(issuer, {.ca_pem = "OURS"});

    CHECK(route.ca_pem == "BUNDLE");
    CHECK(route.trust_advice == "put its CA into spec.acme.caBundle");
    CHECK(route.skip_tls_verify);
}

TEST_CASE("a caBundle in place of --acme-ca is told with its reason", "[issuance][account]") {
    Shop shop;
    Subject subject = shop.subject();
    open_account(shop.world(), subject, {.ca_pem = "OURS"}, shop.progress, {});
    CHECK(shop.warnings.empty());
    subject.issuer.spec.acme->ca_bundle = "BUNDLE";

    open_account(shop.world(), subject, {.ca_pem = "OURS"}, shop.progress, {});

    CHECK(shop.warnings ==
          std::vector<std::string>{"--acme-ca is not used: the caBundle of Issuer "
                                   "shop/letsencrypt comes first, since it holds for everybody "
                                   "who issues from it"});
    CHECK(unused_ca(subject, {.ca_pem = "BUNDLE"}).empty());
    CHECK(unused_ca(subject, {}).empty());
}

TEST_CASE("a key that another run stored meanwhile is taken", "[issuance][account]") {
    Shop shop;
    const Subject subject = shop.subject();
    const auto theirs = ecdsa_key();
    shop.register_account(theirs);

    const auto transport = open_account(shop.world(), subject, {}, shop.progress, {});

    CHECK(transport->account_key().thumbprint() == theirs.thumbprint());
}

TEST_CASE("a conflict is no key that another run stored", "[issuance][account]") {
    Shop shop;
    const Subject subject = shop.subject();
    shop.store.on_call = [](const std::string& line) {
        if (line == "create Secret shop/letsencrypt-account") {
            throw kube::StatusError(409, "Conflict", "the object has been modified");
        }
    };

    CHECK_THROWS_WITH(open_account(shop.world(), subject, {}, shop.progress, {}),
                      Equals("the object has been modified"));
}

}  // namespace kcert::issuance
