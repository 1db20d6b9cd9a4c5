// SPDX-License-Identifier: Apache-2.0
//
// Runs that are stopped, fail or are killed at each of their steps, and the run after them.

#include <stdexcept>

#include <catch2/catch.hpp>

#include "shop.h"

namespace kcert::issuance {

namespace {

using Catch::Matchers::Contains;
using fixtures::Shop;

std::string pem_of(const std::optional<api::Secret>& secret) {
    const Sensitive* pem = secret ? secret->find("tls.key") : nullptr;
    return pem ? crypto::PrivateKey::from_pem(*pem).public_key_der() : "";
}

/// What must hold when a run ended before it had a certificate and after it had an order.
void check_kept(Shop& shop) {
    CHECK(shop.standing().empty());
    CHECK(shop.certificate().status.records.empty());
    REQUIRE(shop.certificate().status.order);
    CHECK(shop.certificate().status.order->url == fixtures::kOrderUrl);
    CHECK_FALSE(pem_of(shop.secret("web-pending-key")).empty());
    CHECK_FALSE(shop.secret("web-tls"));
}

/// What must hold after the run that went on with it.
void check_done(Shop& shop, const Outcome& outcome) {
    CHECK((outcome.failure ? outcome.failure->what() : std::string()) == "");
    CHECK(outcome.result == Result::Issued);
    CHECK(shop.orders() == 1);
    CHECK(shop.standing().empty());
    CHECK_FALSE(shop.certificate().status.order);
    CHECK(shop.certificate().status.records.empty());
    CHECK_FALSE(shop.secret("web-pending-key"));
    CHECK(shop.ca.faults.empty());
}

}  // namespace

TEST_CASE("a run stopped at any step leaves no record, and the next goes on with its order and key",
          "[issuance][interruption]") {
    const std::string step = GENERATE("new-order", "authz", "challenge", "order", "finalize");
    CAPTURE(step);
    Shop shop;
    const std::stop_source stopper;
    shop.after = fixtures::stop_at(step, stopper);

    const Outcome stopped = shop.issue(stopper);

    CHECK(stopped.failure->kind() == ErrorKind::Cancelled);
    CHECK(stopped.order);
    check_kept(shop);
    const std::string key = pem_of(shop.secret("web-pending-key"));
    shop.after = nullptr;

    const Outcome outcome = shop.issue();

    check_done(shop, outcome);
    CHECK(pem_of(shop.secret("web-tls")) == key);
    CHECK(shop.notes.back() == "going on with the order that an earlier run left");
}

TEST_CASE("a run stopped while it places records takes them back", "[issuance][interruption]") {
    Shop shop;
    std::stop_source stopper;
    shop.on_present = [&] { stopper.request_stop(); };

    const Outcome stopped = shop.issue(stopper);

    CHECK(stopped.failure->kind() == ErrorKind::Cancelled);
    check_kept(shop);
    shop.on_present = nullptr;
    check_done(shop, shop.issue());
}

TEST_CASE("a run stopped while it waits for DNS counts the records it took back",
          "[issuance][interruption]") {
    Shop shop;
    std::stop_source stopper;
    shop.dns.before_batch = [&](std::size_t) {
        if (!shop.standing().empty()) {
            stopper.request_stop();
        }
    };

    const Outcome stopped = shop.issue(stopper);

    CHECK(stopped.failure->kind() == ErrorKind::Cancelled);
    CHECK(stopped.removed == 2);
    check_kept(shop);
}

TEST_CASE("a run whose time is up failed and tells what it waited for",
          "[issuance][interruption]") {
    Shop shop;
    std::stop_source stopper;
    shop.dns.before_batch = [&](std::size_t) {
        if (!shop.standing().empty()) {
            stopper.request_stop();
        }
    };
    shop.request.told_apart = [](const Error&) {
        return Error(ErrorKind::TimedOut, "timed out after 2s");
    };

    const Outcome late = shop.issue(stopper);

    CHECK(late.failure->kind() == ErrorKind::TimedOut);
    const api::CertificateStatus status = shop.certificate().status;
    CHECK_THAT(status.conditions.at(0).message, Contains("timed out after 2s"));
    CHECK(status.last_failure_time);
    CHECK_THAT(shop.events().back(), Contains("timed out after 2s"));
}

TEST_CASE("a run whose time is up tells what its DNS service had said",
          "[issuance][interruption]") {
    Shop shop;
    shop.prod.present_failure = Error(ErrorKind::Cancelled, "cloudflare: status 503");
    shop.request.told_apart = [](const Error&) {
        return Error(ErrorKind::TimedOut, "timed out after 2s");
    };

    const Outcome late = shop.issue();

    CHECK(late.failure->kind() == ErrorKind::TimedOut);
    CHECK_THAT(late.failure->what(), Contains("timed out after 2s: presenting"));
    CHECK_THAT(late.failure->what(), Contains("cloudflare: status 503"));
}

TEST_CASE("a run stopped before it placed its records counts none as taken back",
          "[issuance][interruption]") {
    Shop shop;
    std::stop_source stopper;
    int writes = 0;
    shop.store.on_call = [&](const std::string& call) {
        if (call == "patch status of Certificate shop/web" && ++writes == 2) {
            stopper.request_stop();  // the order is stored, the records are about to be
        }
    };

    const Outcome stopped = shop.issue(stopper);

    CHECK(stopped.failure->kind() == ErrorKind::Cancelled);
    CHECK(shop.prod.presented.empty());
    CHECK(stopped.removed == 0);
    CHECK(stopped.left.empty());
}

TEST_CASE("a stop is no failure: no Warning, no failure time, no condition",
          "[issuance][interruption]") {
    Shop shop;
    const std::stop_source stopper;
    shop.after = fixtures::stop_at("challenge", stopper);

    shop.issue(stopper);

    CHECK(shop.certificate().status.conditions.empty());
    CHECK_FALSE(shop.certificate().status.last_failure_time);
    CHECK_THAT(shop.events().back(), Contains("Normal SelfCheck"));
}

TEST_CASE("a run stopped before it has an order leaves nothing to go on with",
          "[issuance][interruption]") {
    Shop shop;
    const std::stop_source stopper;
    shop.after = fixtures::stop_at("new-account", stopper);

    const Outcome stopped = shop.issue(stopper);

    CHECK(stopped.failure->kind() == ErrorKind::Cancelled);
    CHECK_FALSE(stopped.order);
    shop.after = nullptr;
    check_done(shop, shop.issue());
    CHECK(shop.certificate().status.conditions[0].status == "True");
}

TEST_CASE("a stop that comes when the certificate is at hand loses nothing",
          "[issuance][interruption]") {
    Shop shop;
    const std::stop_source stopper;
    shop.after = fixtures::stop_at("cert", stopper);

    const Outcome outcome = shop.issue(stopper);

    check_done(shop, outcome);
}

TEST_CASE("a run refused at any step leaves no record, and the next goes on with its order and key",
          "[issuance][interruption]") {
    const std::string step = GENERATE("authz", "challenge", "order", "finalize", "cert");
    CAPTURE(step);
    Shop shop;
    shop.before = fixtures::once(step, fixtures::problem(403, "unauthorized"));

    const Outcome failed = shop.issue();

    CHECK(failed.failure->kind() == ErrorKind::Declined);
    check_kept(shop);
    CHECK(shop.certificate().status.last_failure_time);
    const std::string key = pem_of(shop.secret("web-pending-key"));

    const Outcome outcome = shop.issue();

    check_done(shop, outcome);
    CHECK(pem_of(shop.secret("web-tls")) == key);
    CHECK(shop.ca.counts["finalize"] <= 2);
}

TEST_CASE("what nobody foresaw ends as every other failure", "[issuance][interruption]") {
    Shop shop;
    shop.before = [](const std::string& kind) -> std::optional<net::Outcome> {
        if (kind == "challenge") {
            throw std::runtime_error("out of file descriptors");
        }
        return std::nullopt;
    };

    const Outcome failed = shop.issue();

    CHECK(failed.failure->kind() == ErrorKind::Internal);
    CHECK_THAT(failed.failure->what(), Contains("out of file descriptors"));
    check_kept(shop);
    shop.before = nullptr;
    check_done(shop, shop.issue());
}

TEST_CASE("a run killed at any step is gone on with", "[issuance][interruption]") {
    const std::string step = GENERATE("authz", "challenge", "order", "finalize", "cert");
    CAPTURE(step);
    Shop shop;
    shop.before = [&](const std::string& kind) -> std::optional<net::Outcome> {
        if (kind == step) {
            shop.keep_copy();
            throw std::runtime_error("killed");
        }
        return std::nullopt;
    };
    REQUIRE_THAT(shop.issue().failure->what(), Contains("killed"));
    const auto placed = shop.prod.presented;
    shop.restore_copy();
    shop.prod.present(placed.empty() ? std::vector<dns01::TxtRecord>{} : placed[0], {});
    shop.before = nullptr;

    const Outcome outcome = shop.issue();

    check_done(shop, outcome);
}

TEST_CASE("a run killed while it places records has them removed by the next",
          "[issuance][interruption]") {
    Shop shop;
    shop.on_present = [&] { shop.keep_copy(); };
    shop.before = fixtures::once("challenge", fixtures::problem(403, "unauthorized"));
    shop.issue();
    shop.restore_copy();
    shop.prod.present(shop.prod.presented.at(0), {});
    shop.on_present = nullptr;

    const Outcome outcome = shop.issue();

    check_done(shop, outcome);
    CHECK(outcome.removed == 2);
}

TEST_CASE("a certificate that could not be stored is downloaded, not ordered again",
          "[issuance][interruption]") {
    Shop shop;
    shop.store.forbid("create Secret shop/web-tls");
    const Outcome failed = shop.issue();
    REQUIRE(failed.result == Result::Failed);
    CHECK_THAT(shop.events().back(), Contains("Warning ErrorSaveCertificate "));
    shop.store.forbid("");
    const int finalized = shop.ca.counts["finalize"];

    const Outcome outcome = shop.issue();

    check_done(shop, outcome);
    CHECK(shop.ca.counts["finalize"] == finalized);
    CHECK(shop.ca.counts["authz"] == 2);
}

TEST_CASE("an order that the CA has no more is ordered anew", "[issuance][interruption]") {
    Shop shop;
    shop.before = fixtures::once("finalize", fixtures::problem(403, "unauthorized"));
    shop.issue();
    shop.before = fixtures::once("order", fixtures::problem(404, "malformed", "no such order"));

    const Outcome outcome = shop.issue();

    CHECK((outcome.failure ? outcome.failure->what() : std::string()) == "");
    CHECK(outcome.result == Result::Issued);
    CHECK(shop.orders() == 2);
}

TEST_CASE("an order that failed is ordered anew", "[issuance][interruption]") {
    Shop shop;
    shop.ca.refused["www.example.com"] = "no record";
    shop.issue();
    shop.ca.refused.clear();

    const Outcome outcome = shop.issue();

    CHECK((outcome.failure ? outcome.failure->what() : std::string()) == "");
    CHECK(outcome.result == Result::Issued);
    CHECK(shop.orders() == 2);
}

TEST_CASE("an order for other names is not gone on with", "[issuance][interruption]") {
    Shop shop;
    shop.before = fixtures::once("finalize", fixtures::problem(403, "unauthorized"));
    shop.issue();
    shop.edit("certificate.yaml", "www.example.com", "shop.example.com");

    const Outcome outcome = shop.issue();

    CHECK((outcome.failure ? outcome.failure->what() : std::string()) == "");
    CHECK(outcome.result == Result::Issued);
    CHECK(outcome.leaf->dns_names == std::vector<std::string>{"example.com", "shop.example.com"});
    CHECK(shop.orders() == 2);
}

TEST_CASE("an order that was ready without its key is gone on with under a new key",
          "[issuance][interruption]") {
    Shop shop;
    shop.before = fixtures::once("finalize", fixtures::problem(403, "unauthorized"));
    shop.issue();
    shop.on_disk.remove({kube::kSecret, "shop", "web-pending-key"}, {});

    const Outcome outcome = shop.issue();

    check_done(shop, outcome);
}

TEST_CASE("an issued order without its key is of no use: ordered anew",
          "[issuance][interruption]") {
    Shop shop;
    shop.before = fixtures::once("cert", fixtures::problem(403, "unauthorized"));
    shop.issue();
    shop.on_disk.remove({kube::kSecret, "shop", "web-pending-key"}, {});

    const Outcome outcome = shop.issue();

    CHECK((outcome.failure ? outcome.failure->what() : std::string()) == "");
    CHECK(outcome.result == Result::Issued);
    CHECK(shop.orders() == 2);
}

TEST_CASE("an account that the CA forgot is made again in the middle of a run",
          "[issuance][interruption]") {
    Shop shop;
    shop.remember_account(fixtures::kAccountUrl, "user@example.com");
    shop.register_account(crypto::PrivateKey::generate({crypto::KeyAlgorithm::Ecdsa, 256}));
    shop.ca.account_exists = false;
    shop.before = fixtures::once("new-order", fixtures::problem(400, "accountDoesNotExist"));

    const Outcome outcome = shop.issue();

    CHECK((outcome.failure ? outcome.failure->what() : std::string()) == "");
    CHECK(outcome.result == Result::Issued);
    CHECK(shop.ca.account_exists);
    CHECK(shop.ca.counts["new-account"] == 2);
    CHECK(shop.ca.faults.empty());
}

}  // namespace kcert::issuance
