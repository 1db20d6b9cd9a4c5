// SPDX-License-Identifier: Apache-2.0

#include "issuance/run_state.h"

#include <catch2/catch.hpp>

#include "shop.h"

namespace kcert::issuance {

namespace {

using fixtures::Shop;

/// A run's state on a Shop as it is.
struct Attempt {
    explicit Attempt(Shop& shop) : world(shop.world()), subject(shop.subject()) {}

    Plan plan() const {
        return make_plan({.certificate = subject.certificate,
                          .issuer = subject.issuer,
                          .current = subject.target ? &*subject.target : nullptr,
                          .now = world.clock.now()});
    }
    api::PendingOrder order() const {
        return {.url = std::string(fixtures::kOrderUrl),
                .directory = plan().directory,
                .names = plan().names.names,
                .expires = world.clock.now() + std::chrono::hours(24),
                .spec_hash = spec_hash(subject.certificate, subject.acme(), plan())};
    }

    const World world;
    const Subject subject;
    RunState state{world, subject};
};

crypto::PrivateKey new_key() {
    return crypto::PrivateKey::generate({crypto::KeyAlgorithm::Ecdsa, 256});
}

api::PlacedRecord record(const std::string& value) {
    return {"prod-dns", "rfc2136", "example.com.", "_acme-challenge.example.com.", value};
}

/// What a run leaves that died right after its order.
void leave_key(Shop& shop, const crypto::PrivateKey& key) {
    Attempt attempt(shop);
    attempt.state.store_order(attempt.order(), {});
    attempt.state.store_key(key, {});
}

}  // namespace

TEST_CASE("a stored order is found by the next run", "[issuance][run_state]") {
    Shop shop;
    {
        Attempt first(shop);
        first.state.store_order(first.order(), {});
    }

    const Attempt second(shop);

    const auto order = second.state.resumable(second.plan());
    REQUIRE(order);
    CHECK(order->url == fixtures::kOrderUrl);
    CHECK(order->names == std::vector<std::string>{"example.com", "www.example.com"});
}

TEST_CASE("an order whose URL could not be stored is none that a next run finds",
          "[issuance][run_state]") {
    Shop shop;
    Attempt run(shop);
    shop.store.forbid("patch status of Certificate shop/web");

    CHECK_THROWS_AS(run.state.store_order(run.order(), {}), Error);
    CHECK_FALSE(run.state.order());

    shop.store.forbid("");
    run.state.fail("ErrCheckAuthorization", "no", {}, {});

    REQUIRE(run.state.order());
    CHECK(shop.certificate().status.order->url == run.state.order()->url);
}

TEST_CASE("an order that expired is not gone on with", "[issuance][run_state]") {
    Shop shop;
    Attempt run(shop);
    run.state.store_order(run.order(), {});

    shop.clock.advance(std::chrono::hours(24));

    CHECK_FALSE(run.state.resumable(run.plan()));
}

TEST_CASE("an order of another CA is not gone on with", "[issuance][run_state]") {
    Shop shop;
    Attempt run(shop);
    api::PendingOrder order = run.order();
    order.directory = "https://staging.test/directory";

    run.state.store_order(order, {});

    CHECK_FALSE(run.state.resumable(run.plan()));
}

TEST_CASE("an order for another key is not gone on with", "[issuance][run_state]") {
    Shop shop;
    {
        Attempt first(shop);
        first.state.store_order(first.order(), {});
    }
    shop.edit("certificate.yaml", "keyAlgorithm: ecdsa", "keyAlgorithm: rsa");

    const Attempt second(shop);

    CHECK_FALSE(second.state.resumable(second.plan()));
}

TEST_CASE("a stored key is found by the next run", "[issuance][run_state]") {
    Shop shop;
    const auto key = new_key();
    leave_key(shop, key);

    const Attempt second(shop);

    REQUIRE(second.state.pending_key());
    CHECK(second.state.pending_key()->public_key_der() == key.public_key_der());
}

TEST_CASE("a new key replaces one that an earlier run left", "[issuance][run_state]") {
    Shop shop;
    leave_key(shop, new_key());
    const auto key = new_key();

    leave_key(shop, key);

    CHECK(Attempt(shop).state.pending_key()->public_key_der() == key.public_key_der());
}

TEST_CASE("a key is stored over one whose order the status forgot", "[issuance][run_state]") {
    Shop shop;
    Attempt(shop).state.store_key(new_key(), {});
    const auto key = new_key();

    leave_key(shop, key);

    CHECK(Attempt(shop).state.pending_key()->public_key_der() == key.public_key_der());
}

TEST_CASE("a stored key that cannot be read is left aside", "[issuance][run_state]") {
    Shop shop;
    leave_key(shop, new_key());
    shop.on_disk.patch({kube::kSecret, "shop", "web-pending-key"},
                       json::Value::object({{"data", json::Value::object({{"tls.key", "S0VZ"}})}}),
                       kube::Part::Main, {});

    CHECK_FALSE(Attempt(shop).state.pending_key());
}

TEST_CASE("records of a new run join those of earlier ones, each once", "[issuance][run_state]") {
    Shop shop;
    Attempt(shop).state.store_records(std::vector{record("one")}, {});
    Attempt second(shop);

    second.state.store_records(std::vector{record("one"), record("two")}, {});

    CHECK(shop.certificate().status.records == std::vector{record("one"), record("two")});
}

TEST_CASE("a run that issued leaves only what could not be removed", "[issuance][run_state]") {
    Shop shop;
    Attempt run(shop);
    run.state.store_order(run.order(), {});
    run.state.store_key(new_key(), {});
    run.state.store_records(std::vector{record("one"), record("two")}, {});
    const Time end = shop.clock.now() + std::chrono::hours(24 * 90);

    run.state.finish({.not_before = shop.clock.now(), .not_after = end}, {record("two")}, {});

    const api::CertificateStatus status = shop.certificate().status;
    CHECK(status.conditions.at(0).status == "True");
    CHECK(status.not_after == end);
    CHECK(status.renewal_time == end - std::chrono::hours(24 * 30));
    CHECK_FALSE(status.order);
    CHECK(status.records == std::vector{record("two")});
    CHECK_FALSE(shop.secret("web-pending-key"));
}

TEST_CASE("a run that failed keeps order and key and tells when and why", "[issuance][run_state]") {
    Shop shop;
    Attempt run(shop);
    run.state.store_order(run.order(), {});
    run.state.store_key(new_key(), {});

    run.state.fail("ErrIssueCert", "no\x1b[2J\n  and why", {}, {});

    const api::CertificateStatus status = shop.certificate().status;
    CHECK(status.conditions.at(0).status == "False");
    CHECK(status.conditions.at(0).reason == "ErrIssueCert");
    CHECK(status.conditions.at(0).message == "no\\x1b[2J\n  and why");
    CHECK(status.last_failure_time == shop.clock.now());
    CHECK(status.order);
    CHECK(shop.secret("web-pending-key"));
}

TEST_CASE("a run that was stopped writes only that its records are gone", "[issuance][run_state]") {
    Shop shop;
    Attempt run(shop);
    run.state.store_order(run.order(), {});
    shop.store.forget_calls();

    run.state.fail("", "", {}, {});
    CHECK(shop.store.calls().empty());
    run.state.store_records(std::vector{record("one")}, {});
    run.state.fail("", "", {}, {});

    const api::CertificateStatus status = shop.certificate().status;
    CHECK(status.records.empty());
    CHECK(status.order);
    CHECK(status.conditions.empty());
    CHECK_FALSE(status.last_failure_time);
}

}  // namespace kcert::issuance
