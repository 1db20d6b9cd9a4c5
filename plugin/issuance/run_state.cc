// SPDX-License-Identifier: Apache-2.0

#include "issuance/run_state.h"

#include <algorithm>

#include "api/v1alpha1.h"
#include "base/log.h"
#include "base/text.h"
#include "issuance/conditions.h"
#include "issuance/renewal.h"
#include "issuance/secret.h"

namespace kcert::issuance {

namespace {

kube::ObjectKey key_secret(const Subject& subject) {
    return {kube::kSecret, subject.key.ns, pending_key_name(subject.key.name)};
}

/// True while the certificate at hand serves its purpose, whatever became of the attempt to get a
/// new one.
bool has_usable(const Subject& subject, Time now) {
    const Plan plan = make_plan({.certificate = subject.certificate,
                                 .issuer = subject.issuer,
                                 .current = subject.target ? &*subject.target : nullptr,
                                 .now = now});
    return plan.current && plan.current->not_after > now;
}

}  // namespace

RunState::RunState(const World& world, const Subject& subject)
    : world_(world),
      subject_(subject),
      status_(subject.certificate.status),
      key_stored_(subject.pending_key.has_value()) {}

std::optional<api::PendingOrder> RunState::resumable(const Plan& plan) const {
    const auto& order = status_.order;
    if (!order || !order->failures.empty() || order->directory != plan.directory ||
        order->spec_hash != spec_hash(subject_.certificate, subject_.acme(), plan) ||
        (order->expires && *order->expires <= world_.clock.now())) {
        return std::nullopt;
    }
    return order;
}

std::optional<crypto::PrivateKey> RunState::pending_key() const {
    if (!subject_.pending_key) {
        return std::nullopt;
    }
    const Sensitive* pem = subject_.pending_key->find("tls.key");
    if (pem == nullptr) {
        return std::nullopt;
    }
    try {
        return crypto::PrivateKey::from_pem(*pem);
    } catch (const Error& error) {
        log::write(1, std::string("the stored key is left aside: ") + error.what());
        return std::nullopt;
    }
}

void RunState::note_failures(std::vector<api::NameFailure> failures) {
    if (status_.order) {
        status_.order->failures = std::move(failures);
    }
}

void RunState::store_order(api::PendingOrder order, std::stop_token stop) {
    status_.order = std::move(order);
    write(stop);
}

void RunState::store_key(const crypto::PrivateKey& key, std::stop_token stop) const {
    const json::Value secret =
        make_pending_key_secret(subject_.certificate, key.to_pem(crypto::KeyEncoding::Pkcs8));
    if (key_stored_) {
        world_.store.patch(key_secret(subject_), json::Value::object({{"data", secret["data"]}}),
                           kube::Part::Main, stop);
    } else {
        kube::create(world_.store, secret, stop);
        key_stored_ = true;
    }
}

void RunState::store_records(std::span<const api::PlacedRecord> records, std::stop_token stop) {
    for (const api::PlacedRecord& record : records) {
        if (std::ranges::find(status_.records, record) == status_.records.end()) {
            status_.records.push_back(record);
        }
    }
    write(stop);
}

void RunState::finish(const crypto::CertificateInfo& leaf, std::vector<api::PlacedRecord> left,
                      std::stop_token stop) {
    set_condition(status_.conditions,
                  {.type = "Ready",
                   .status = "True",
                   .reason = "Ready",
                   .message = "Certificate is up to date and has not expired"},
                  world_.clock.now());
    status_.not_after = leaf.not_after;
    status_.renewal_time =
        renewal_time({leaf.not_before, leaf.not_after}, subject_.certificate.spec.renew_before);
    status_.last_failure_time.reset();
    status_.order.reset();
    status_.records = std::move(left);
    write(stop);
    forget_key(stop);
}

void RunState::fail(std::string_view reason, std::string_view message,
                    std::vector<api::PlacedRecord> left, std::stop_token stop) {
    const Time now = world_.clock.now();
    if (!reason.empty()) {
        status_.last_failure_time = now;
        if (!has_usable(subject_, now)) {
            set_condition(status_.conditions,
                          {.type = "Ready",
                           .status = "False",
                           .reason = std::string(reason),
                           .message = printable_lines(message)},
                          now);
        }
    }
    if (!reason.empty() || status_.records != left) {
        status_.records = std::move(left);
        write(stop);
    }
}

void RunState::store_left(std::vector<api::PlacedRecord> left, std::stop_token stop) {
    if (status_.records != left) {
        status_.records = std::move(left);
        write(stop);
    }
}

void RunState::write(const std::stop_token& stop) {
    world_.store.patch(subject_.key, api::v1alpha1::encode_status(status_), kube::Part::Status,
                       stop);
}

void RunState::forget_key(const std::stop_token& stop) {
    if (key_stored_) {
        world_.store.remove(key_secret(subject_), stop);
        key_stored_ = false;
    }
}

}  // namespace kcert::issuance
