// SPDX-License-Identifier: Apache-2.0

#include "issuance/issue.h"

#include <catch2/catch.hpp>

#include "shop.h"

namespace kcert::issuance {

namespace {

using fixtures::Shop;

std::vector<crypto::Certificate> chain_of(const api::Secret& secret) {
    return crypto::Certificate::parse_pem(secret.find("tls.crt")->reveal());
}

crypto::PrivateKey key_of(const api::Secret& secret) {
    return crypto::PrivateKey::from_pem(*secret.find("tls.key"));
}

/// The Certificate asks for five names, all of one provider.
void ask_for_five_names(const Shop& shop) {
    shop.edit("certificate.yaml", "  - www.example.com\n  acme",
              "  - a.example.com\n  - b.example.com\n  - c.example.com\n  - d.example.com\n  acme");
    shop.edit("certificate.yaml", "      - www.example.com",
              "      - a.example.com\n      - b.example.com\n      - c.example.com\n"
              "      - d.example.com");
}

}  // namespace

TEST_CASE("a first issuance writes the tutorial's Events in its order", "[issuance][issue]") {
    Shop shop;

    shop.issue();

    CHECK(shop.events() ==
          std::vector<std::string>{
              ("Warning ErrorCheckCertificate Error checking existing TLS certificate: secret "
               "\"web-tls\" not found"),
              "Normal PrepareCertificate Preparing certificate with issuer",
              "Normal PresentChallenge Presenting dns-01 challenge for domain example.com",
              "Normal PresentChallenge Presenting dns-01 challenge for domain www.example.com",
              "Normal SelfCheck Performing self-check for domain example.com",
              "Normal SelfCheck Performing self-check for domain www.example.com",
              "Normal ObtainAuthorization Obtained authorization for domain example.com",
              "Normal ObtainAuthorization Obtained authorization for domain www.example.com",
              "Normal IssueCertificate Issuing certificate...",
              "Normal CertificateIssued Certificate issued successfully"});
}

TEST_CASE("all names of a run are told before its first step", "[issuance][issue]") {
    Shop shop;
    std::vector<std::string> told;
    shop.progress.names = [&](std::span<const std::string> names) {
        CHECK(shop.steps.empty());
        told.assign(names.begin(), names.end());
    };

    shop.issue();

    CHECK(told == std::vector<std::string>{"example.com", "www.example.com"});
}

TEST_CASE("the Secret holds the chain and the key that belongs to it", "[issuance][issue]") {
    Shop shop;

    const Outcome outcome = shop.issue();

    REQUIRE(outcome.result == Result::Issued);
    const auto secret = shop.secret("web-tls");
    REQUIRE(secret);
    CHECK(secret->type == "kubernetes.io/tls");
    REQUIRE(chain_of(*secret).size() == 2);
    CHECK(chain_of(*secret)[0].has_key(key_of(*secret)));
    CHECK(outcome.leaf->dns_names == std::vector<std::string>{"example.com", "www.example.com"});
    CHECK(outcome.secret_name == "web-tls");
    CHECK(shop.ca.faults.empty());
}

TEST_CASE("an issued certificate is ready and leaves neither order nor key nor record behind",
          "[issuance][issue]") {
    Shop shop;

    const Outcome outcome = shop.issue();

    const api::Certificate certificate = shop.certificate();
    CHECK(shop.ready().status == "True");
    CHECK(certificate.status.not_after == outcome.leaf->not_after);
    CHECK(certificate.status.renewal_time == outcome.renew_from);
    CHECK_FALSE(certificate.status.order);
    CHECK(certificate.status.records.empty());
    CHECK_FALSE(shop.secret("web-pending-key"));
    CHECK(shop.standing().empty());
    CHECK(outcome.removed == 2);
    CHECK(outcome.left.empty());
}

TEST_CASE("each name goes from presented to valid", "[issuance][issue]") {
    Shop shop;

    shop.issue();

    std::vector<Stage> stages;
    for (const DomainStep& step : shop.steps) {
        if (step.domain == "www.example.com") {
            stages.push_back(step.stage);
        }
    }
    CHECK(stages ==
          std::vector<Stage>{Stage::Presented, Stage::Seen, Stage::Answered, Stage::Valid});
}

TEST_CASE("the account's key is stored before the CA hears of it", "[issuance][issue]") {
    Shop shop;
    bool stored = false;
    shop.before = [&](const std::string& kind) -> std::optional<net::Outcome> {
        if (kind == "new-account") {
            const auto secret = shop.secret("letsencrypt-account");
            stored = secret && secret->find("tls.key") != nullptr;
        }
        return std::nullopt;
    };

    shop.issue();

    CHECK(stored);
    CHECK(shop.ca.faults.empty());
}

TEST_CASE("the order is stored before the next request", "[issuance][issue]") {
    Shop shop;
    std::optional<api::PendingOrder> stored;
    shop.before = [&](const std::string& kind) -> std::optional<net::Outcome> {
        if (kind == "authz" && !stored) {
            stored = shop.certificate().status.order;
        }
        return std::nullopt;
    };

    shop.issue();

    REQUIRE(stored);
    CHECK(stored->url == fixtures::kOrderUrl);
    CHECK(stored->directory == "https://ca.test/directory");
    CHECK(stored->names == std::vector<std::string>{"example.com", "www.example.com"});
    CHECK(stored->expires);
    CHECK_FALSE(stored->spec_hash.empty());
}

TEST_CASE("the certificate's key is stored before the order is finalized", "[issuance][issue]") {
    Shop shop;
    std::string stored;
    shop.before = [&](const std::string& kind) -> std::optional<net::Outcome> {
        if (const auto secret = shop.secret("web-pending-key"); secret && kind == "finalize") {
            stored = key_of(*secret).public_key_der();
        }
        return std::nullopt;
    };

    shop.issue();

    CHECK(stored == key_of(*shop.secret("web-tls")).public_key_der());
}

TEST_CASE("all records are stored before the first is placed", "[issuance][issue]") {
    Shop shop;
    std::optional<std::vector<api::PlacedRecord>> stored;
    shop.on_present = [&] {
        if (!stored) {
            stored = shop.certificate().status.records;
        }
    };

    shop.issue();

    REQUIRE(stored);
    REQUIRE(stored->size() == 2);
    CHECK(stored->at(0).provider == "prod-dns");
    CHECK(stored->at(0).solver == "rfc2136");
    CHECK(stored->at(0).zone == "example.com.");
    CHECK(stored->at(0).name == "_acme-challenge.example.com.");
    CHECK(stored->at(0).value == shop.prod.presented.at(0).at(0).value);
    CHECK(stored->at(1).provider == "cf-dns");
    CHECK(stored->at(1).name == "_acme-challenge.www.example.com.");
    CHECK(stored->at(1).value == shop.cf.presented.at(0).at(0).value);
}

TEST_CASE("more than three names make one Event a step", "[issuance][issue]") {
    Shop shop;
    ask_for_five_names(shop);

    REQUIRE(shop.issue().result == Result::Issued);

    const std::vector<std::string> events = shop.events();
    REQUIRE(events.size() == 7);
    CHECK(events[2] ==
          "Normal PresentChallenge Presenting dns-01 challenge for 5 domains: example.com, "
          "a.example.com, b.example.com and 2 more");
    CHECK(events[3].starts_with("Normal SelfCheck Performing self-check for 5 domains: "));
    CHECK(events[4].starts_with("Normal ObtainAuthorization Obtained authorization for 5 "));
}

TEST_CASE("all records of a provider are placed by one call", "[issuance][issue]") {
    Shop shop;
    ask_for_five_names(shop);

    shop.issue();

    REQUIRE(shop.cf.presented.size() == 1);
    CHECK(shop.cf.presented[0].size() == 4);
    CHECK(shop.cf.cleaned.size() == 1);
}

TEST_CASE("an order that comes back ready places no record", "[issuance][issue]") {
    Shop shop;
    shop.ca.authorized = true;

    const Outcome outcome = shop.issue();

    CHECK(outcome.result == Result::Issued);
    CHECK(shop.prod.presented.empty());
    CHECK(shop.ca.counts["authz"] == 0);
    CHECK(outcome.removed == 0);
}

TEST_CASE("a valid certificate asks nothing of CA, DNS and provider", "[issuance][issue]") {
    Shop shop;
    shop.issue_first();

    const Outcome outcome = shop.issue();

    CHECK(outcome.result == Result::UpToDate);
    CHECK(outcome.leaf);
    CHECK(outcome.renew_from);
    CHECK(shop.ca.counts.empty());
    CHECK(shop.dns.batches.empty());
    CHECK(shop.built.empty());
    CHECK(shop.events().size() == 10);
}

TEST_CASE("a valid certificate costs four reads and no write", "[issuance][issue]") {
    Shop shop;
    shop.issue_first();

    shop.issue();

    CHECK(shop.store.calls() ==
          std::vector<std::string>{"claim Certificate shop/web", "get Certificate shop/web",
                                   "get Issuer shop/letsencrypt",
                                   "get Secret shop/web-tls, Secret shop/letsencrypt-account, "
                                   "Secret shop/cloudflare-api-key"});
}

TEST_CASE("a renewal says so and makes a new key", "[issuance][issue]") {
    Shop shop;
    shop.issue_first();
    const std::string first = key_of(*shop.secret("web-tls")).public_key_der();
    shop.clock.advance(std::chrono::hours(24 * 61));

    const Outcome outcome = shop.issue();

    REQUIRE(outcome.result == Result::Issued);
    CHECK(key_of(*shop.secret("web-tls")).public_key_der() != first);
    const std::vector<std::string> events = shop.events();
    REQUIRE(events.size() == 12);  // what the first run told too is counted there
    CHECK(events[10] == "Normal RenewCertificate Renewing certificate...");
    CHECK(events[11] == "Normal CertificateRenewed Certificate renewed successfully");
}

TEST_CASE("rotationPolicy Never keeps the key", "[issuance][issue]") {
    Shop shop;
    shop.edit("certificate.yaml", "  keyAlgorithm: ecdsa",
              "  keyAlgorithm: ecdsa\n  privateKey:\n    rotationPolicy: Never");
    shop.issue_first();
    const std::string first = key_of(*shop.secret("web-tls")).public_key_der();
    shop.request.force = true;

    REQUIRE(shop.issue().result == Result::Issued);

    CHECK(key_of(*shop.secret("web-tls")).public_key_der() == first);
}

TEST_CASE("other keys of the Secret stay", "[issuance][issue]") {
    Shop shop;
    shop.add_secret("web-tls", {{"password", "for the keystore"}});

    REQUIRE(shop.issue().result == Result::Issued);

    const auto secret = shop.secret("web-tls");
    CHECK(secret->find("password")->reveal() == "for the keystore");
    CHECK(secret->find("tls.crt") != nullptr);
    CHECK(secret->find("tls.key") != nullptr);
}

TEST_CASE("two runs for one Certificate do not meet", "[issuance][issue]") {
    Shop shop;
    const auto claim = shop.on_disk.claim(shop.request.certificate, {});

    CHECK_THROWS_AS(shop.issue(), kube::StatusError);

    CHECK(shop.ca.counts.empty());
}

}  // namespace kcert::issuance
