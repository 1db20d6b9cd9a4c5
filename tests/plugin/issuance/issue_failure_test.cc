// SPDX-License-Identifier: Apache-2.0
//
// Runs that are refused, or end without a certificate: what is said, stored and taken back.

#include <catch2/catch.hpp>

#include "fixtures.h"
#include "issuance/secret.h"
#include "shop.h"

namespace kcert::issuance {

namespace {

using Catch::Matchers::Contains;
using fixtures::Shop;

}  // namespace

TEST_CASE("a Secret of another Certificate is refused before anything is sent",
          "[issuance][issue]") {
    Shop shop;
    json::Value metadata;
    metadata.member("labels").set(kNameLabel, "api");
    shop.add_secret("web-tls", {{"tls.key", "theirs"}}, metadata);

    const Outcome outcome = shop.issue();

    CHECK(outcome.result == Result::Refused);
    REQUIRE(outcome.certificate_findings.size() == 1);
    CHECK(outcome.certificate_findings[0].rule == "certificate/secret-owner");
    CHECK_THAT(outcome.certificate_findings[0].detail, Contains("Certificate api"));
    CHECK(shop.ca.counts.empty());
    CHECK(shop.secret("web-tls")->find("tls.key")->reveal() == "theirs");
}

TEST_CASE("taking over writes a Secret of another Certificate", "[issuance][issue]") {
    Shop shop;
    json::Value metadata;
    metadata.member("labels").set(kNameLabel, "api");
    shop.add_secret("web-tls", {{"tls.key", "theirs"}}, metadata);
    shop.request.subject.take_over = true;

    const Outcome outcome = shop.issue();

    CHECK(outcome.result == Result::Issued);
    CHECK(api::find(shop.secret("web-tls")->meta.labels, kNameLabel) == "web");
}

TEST_CASE("a Secret taken over from cert-manager.io is renewed without being taken over again",
          "[issuance][issue]") {
    Shop shop;
    json::Value metadata;
    metadata.member("annotations").set("cert-manager.io/certificate-name", "web");
    metadata.member("annotations").set("cert-manager.io/issuer-name", "theirs");
    metadata.member("labels").set("controller.cert-manager.io/fao", "true");
    shop.add_secret("web-tls", {{"tls.key", "theirs"}}, metadata);
    shop.request.subject.take_over = true;
    REQUIRE(shop.issue().result == Result::Issued);
    shop.request.subject.take_over = false;
    shop.request.force = true;

    CHECK(shop.issue().result == Result::Issued);
}

TEST_CASE("what stands where the Secret would is told before anything is ordered",
          "[issuance][issue]") {
    Shop shop;
    shop.folder.write("secret.shop.web-tls.yaml", "kind: ConfigMap\n");

    CHECK_THROWS_WITH(shop.issue(), Contains("Secret shop/web-tls cannot be created") &&
                                        Contains("secret.shop.web-tls.yaml is in the way"));

    CHECK(shop.ca.counts.empty());
}

TEST_CASE("who may not write the status is told once, before the CA is asked for anything",
          "[issuance][issue]") {
    const std::string resource = GENERATE(as<std::string>(), "certificates", "issuers");
    Shop shop;
    shop.store.lacking_rights = {"patch " + resource + ".certmanager.k8s.io/status"};

    CHECK_THROWS_WITH(shop.issue(), Contains("this user cannot patch " + resource +
                                             ".certmanager.k8s.io/status") &&
                                        Contains("in namespace \"shop\""));
    CHECK(shop.ca.counts.empty());
    CHECK_FALSE(shop.secret("letsencrypt-account"));
    CHECK(shop.events().empty());
    CHECK(shop.warnings.empty());
}

TEST_CASE("all that may not be written is told at once", "[issuance][issue]") {
    Shop shop;
    shop.store.lacking_rights = {"patch certificates.certmanager.k8s.io/status",
                                 "patch issuers.certmanager.k8s.io/status"};

    CHECK_THROWS_WITH(shop.issue(), Contains("cannot patch certificates") &&
                                        Contains(", and cannot patch issuers"));
}

TEST_CASE("with an account that is known one question about rights is asked", "[issuance][issue]") {
    Shop shop;
    shop.issue_first();
    shop.store.asked_rights.clear();
    shop.request.force = true;

    REQUIRE(shop.issue().result == Result::Issued);

    CHECK(shop.store.asked_rights ==
          std::vector<std::string>{"patch certificates.certmanager.k8s.io/status"});
}

TEST_CASE("where nothing is due nothing is asked about rights", "[issuance][issue]") {
    Shop shop;
    shop.issue_first();
    shop.store.asked_rights.clear();

    REQUIRE(shop.issue().result == Result::UpToDate);

    CHECK(shop.store.asked_rights.empty());
}

TEST_CASE("a missing credential of a provider that nothing uses stops no run",
          "[issuance][issue]") {
    Shop shop;
    shop.edit("certificate.yaml", "provider: cf-dns", "provider: prod-dns");
    shop.edit("issuer.yaml", "  name: cloudflare-api-key\n  namespace: shop",
              "  name: cloudflare-api-key\n  namespace: infra");

    CHECK(shop.issue().result == Result::Issued);
}

TEST_CASE("what the rules refuse is not claimed to be tried", "[issuance][issue]") {
    Shop shop;
    shop.edit("certificate.yaml", "provider: cf-dns", "provider: gone-dns");

    const Outcome outcome = shop.issue();

    CHECK(outcome.result == Result::Refused);
    CHECK(shop.ca.counts.empty());
    CHECK(shop.events().empty());
}

TEST_CASE("a name that the CA refuses is named with the CA's reason", "[issuance][issue]") {
    Shop shop;
    shop.ca.refused["www.example.com"] = "CAA forbids it";

    const Outcome outcome = shop.issue();

    REQUIRE(outcome.result == Result::Failed);
    CHECK_THAT(outcome.failure->what(), Contains("www.example.com") && Contains("CAA forbids it"));
    CHECK(shop.steps.back().domain == "www.example.com");
    CHECK(shop.steps.back().stage == Stage::Failed);
    CHECK_THAT(shop.events().back(),
               Contains("Warning ErrorPrepareCertificate Error preparing issuer for certificate"));
    CHECK(shop.standing().empty());
}

TEST_CASE("an order that failed keeps the CA's reason for each name and is not gone on with",
          "[issuance][issue]") {
    Shop shop;
    shop.ca.refused["www.example.com"] = "CAA forbids it";
    shop.issue();

    const auto order = shop.certificate().status.order;
    REQUIRE(order);
    CHECK(order->failures == std::vector<api::NameFailure>{{"www.example.com", "CAA forbids it"}});

    shop.ca.refused.clear();
    CHECK(shop.issue().result == Result::Issued);
    CHECK(shop.orders() == 2);
    CHECK_FALSE(shop.certificate().status.order);
}

TEST_CASE("a failure without a usable certificate makes it not ready", "[issuance][issue]") {
    Shop shop;
    shop.after = fixtures::once("finalize", fixtures::problem(400, "badCSR", "weak key"));

    shop.issue();

    const api::Certificate certificate = shop.certificate();
    CHECK(shop.ready().status == "False");
    CHECK(shop.ready().reason == "ErrIssueCert");
    CHECK_THAT(shop.ready().message,
               Contains("Error issuing certificate: ") && Contains("weak key"));
    CHECK(certificate.status.last_failure_time);
    CHECK_THAT(shop.events().back(), Contains("Warning ErrorIssueCertificate "));
}

TEST_CASE("a failed renewal leaves a certificate that is still valid ready", "[issuance][issue]") {
    Shop shop;
    shop.issue_first();
    shop.clock.advance(std::chrono::hours(24 * 61));
    shop.after = fixtures::once("finalize", fixtures::problem(400, "badCSR", "weak key"));

    REQUIRE(shop.issue().result == Result::Failed);

    const api::Certificate certificate = shop.certificate();
    CHECK(shop.ready().status == "True");
    CHECK(certificate.status.last_failure_time);
    CHECK_THAT(shop.events().back(), Contains("Warning ErrorRenewCertificate "));
}

TEST_CASE("an account that cannot be opened is said to be the cause", "[issuance][issue]") {
    Shop shop;
    shop.after = fixtures::once("new-account", fixtures::problem(403, "unauthorized", "banned"));

    const Outcome outcome = shop.issue();

    CHECK(outcome.result == Result::Failed);
    CHECK(shop.ready().reason == "ErrGetACMEAccount");
    CHECK_THAT(shop.events().back(),
               Contains("Warning ErrorIssuerInitialization Error initializing issuer: "));
}

TEST_CASE("of two providers one fails: the other's records go and the failure names domains",
          "[issuance][issue]") {
    Shop shop;
    shop.cf.present_failure = Error(ErrorKind::Declined, "zone is locked");

    const Outcome outcome = shop.issue();

    REQUIRE(outcome.result == Result::Failed);
    CHECK_THAT(outcome.failure->what(),
               Contains("presenting www.example.com through DNS provider \"cf-dns\": zone is "
                        "locked"));
    CHECK(shop.prod.presented.size() == 1);
    CHECK(shop.standing().empty());
    CHECK(shop.cf.cleaned.size() == 1);
    CHECK(shop.certificate().status.records.empty());
    CHECK(shop.ca.counts["challenge"] == 0);
}

TEST_CASE("of two zones at one provider only the refused zone's name is blamed",
          "[issuance][issue]") {
    Shop shop;
    shop.dns.add_zone("www.example.com");
    shop.edit("certificate.yaml", "provider: cf-dns", "provider: prod-dns");
    shop.prod.refused_zone = "www.example.com.";

    const Outcome outcome = shop.issue();

    REQUIRE(outcome.result == Result::Failed);
    CHECK(outcome.failure->what() ==
          std::string("presenting www.example.com through DNS provider \"prod-dns\": zone is "
                      "refused"));
    REQUIRE(shop.steps.size() == 1);
    CHECK(shop.steps[0].domain == "www.example.com");
    CHECK(shop.steps[0].stage == Stage::Failed);
    CHECK(shop.standing().empty());
    CHECK(outcome.removed == 1);
}

TEST_CASE("a record that was refused is neither counted as removed nor left", "[issuance][issue]") {
    Shop shop;
    shop.prod.present_failure = Error(ErrorKind::Declined, "wrong key");
    shop.cf.present_failure = Error(ErrorKind::Declined, "wrong key");
    const bool removable = GENERATE(true, false);
    if (!removable) {
        shop.prod.clean_up_failure = Error(ErrorKind::Declined, "wrong key");
    }

    const Outcome outcome = shop.issue();

    CHECK(outcome.result == Result::Failed);
    CHECK(outcome.removed == 0);
    CHECK(outcome.left.empty());
    CHECK(shop.certificate().status.records.empty());
}

TEST_CASE("a record whose placing was lost is removed and counted", "[issuance][issue]") {
    Shop shop;
    shop.cf.present_failure = Error(ErrorKind::Transport, "connection reset");

    const Outcome outcome = shop.issue();

    CHECK(outcome.result == Result::Failed);
    CHECK(shop.cf.cleaned.size() == 1);
    CHECK(outcome.removed == 2);
}

TEST_CASE("a time-out of many lines stays so in the condition and is one line as an Event",
          "[issuance][issue]") {
    Shop shop;
    shop.dns.add_zone("example.com",
                      {{"ns1.example.com", {"192.0.2.1"}}, {"ns2.example.com", {"192.0.2.2"}}});
    shop.dns.silence("192.0.2.2");

    const Outcome outcome = shop.issue();

    REQUIRE(outcome.failure);
    CHECK(outcome.failure->kind() == ErrorKind::TimedOut);
    CHECK_THAT(
        shop.ready().message,
        Contains("after 5m\n  _acme-challenge.example.com. TXT, expected") && !Contains("\\n"));
    const std::string event = shop.events().back();
    CHECK_THAT(event, Contains("after 5m; _acme-challenge.example.com. TXT, expected") &&
                          !Contains("\\n"));
    CHECK(event.find('\n') == std::string::npos);
}

TEST_CASE("records that cannot be removed are named and stay stored", "[issuance][issue]") {
    Shop shop;
    shop.cf.clean_up_failure = Error(ErrorKind::Transport, "connection refused");

    const Outcome outcome = shop.issue();

    CHECK(outcome.result == Result::Issued);
    CHECK(outcome.removed == 1);
    REQUIRE(outcome.left.size() == 1);
    CHECK(outcome.left[0].record.name == "_acme-challenge.www.example.com.");
    CHECK(outcome.left[0].cause == "connection refused");
    CHECK(shop.certificate().status.records ==
          std::vector<api::PlacedRecord>{outcome.left[0].record});
}

TEST_CASE("records left by an earlier run are removed though nothing is due", "[issuance][issue]") {
    Shop shop;
    shop.cf.clean_up_failure = Error(ErrorKind::Transport, "connection refused");
    shop.issue_first();
    shop.cf.clean_up_failure.reset();

    const Outcome outcome = shop.issue();

    CHECK(outcome.result == Result::UpToDate);
    CHECK(outcome.removed == 1);
    CHECK(shop.standing().empty());
    CHECK(shop.certificate().status.records.empty());
    CHECK(shop.ca.counts.empty());
}

TEST_CASE("a run that had nothing to store leaves the folder as it was", "[issuance][issue]") {
    Shop shop;
    shop.edit("certificate.yaml", "provider: cf-dns", "provider: gone-dns");

    CHECK(shop.issue().result == Result::Refused);
    shop.request.certificate.name = "api";
    CHECK_THROWS_AS(shop.issue(), kube::StatusError);

    CHECK_FALSE(std::filesystem::exists(shop.folder.path() / ".kubectl-cert"));
}

TEST_CASE("what the rules refuse does not keep records from being removed", "[issuance][issue]") {
    Shop shop;
    shop.cf.clean_up_failure = Error(ErrorKind::Transport, "connection refused");
    shop.issue_first();
    shop.cf.clean_up_failure.reset();
    shop.edit("certificate.yaml", "secretName: web-tls", "secretName: ../web-tls");

    const Outcome outcome = shop.issue();

    CHECK(outcome.result == Result::Refused);
    CHECK(outcome.removed == 1);
    CHECK(shop.standing().empty());
    CHECK(shop.certificate().status.records.empty());
}

TEST_CASE("records whose issuer is gone are named", "[issuance][issue]") {
    Shop shop;
    shop.cf.clean_up_failure = Error(ErrorKind::Transport, "connection refused");
    shop.issue_first();
    std::filesystem::remove(shop.folder.path() / "issuer.yaml");

    const Outcome outcome = shop.issue();

    CHECK(outcome.result == Result::Refused);
    REQUIRE(outcome.left.size() == 1);
    CHECK_THAT(outcome.left[0].cause, Catch::Contains("issuer"));
    CHECK(shop.certificate().status.records.size() == 1);
}

TEST_CASE("a status that may not be written makes no failure of a valid certificate",
          "[issuance][issue]") {
    Shop shop;
    shop.cf.clean_up_failure = Error(ErrorKind::Transport, "connection refused");
    shop.issue_first();
    shop.store.forbid("patch status");

    const Outcome outcome = shop.issue();

    CHECK(outcome.result == Result::UpToDate);
    REQUIRE(shop.warnings.size() == 1);
    CHECK_THAT(shop.warnings[0], Contains("the end of the run could not be stored"));
}

TEST_CASE("Events that may not be written are told and hold nothing up", "[issuance][issue]") {
    Shop shop;
    shop.store.forbid("create Event");

    const Outcome outcome = shop.issue();

    CHECK(outcome.result == Result::Issued);
    REQUIRE(shop.warnings.size() == 1);
    CHECK_THAT(shop.warnings[0], Contains("Events could not be written"));
}

TEST_CASE("a chain for another key is not stored", "[issuance][issue]") {
    Shop shop;
    const std::string other = fixtures::file("chain.pem");
    shop.after = [&](const std::string& kind) -> std::optional<net::Outcome> {
        if (kind == "finalize") {
            shop.ca.pem = other;
        }
        return std::nullopt;
    };

    const Outcome outcome = shop.issue();

    CHECK(outcome.result == Result::Failed);
    CHECK_THAT(outcome.failure->what(), Contains("another key"));
    CHECK_FALSE(shop.secret("web-tls"));
}

}  // namespace kcert::issuance
