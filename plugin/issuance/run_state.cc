// SPDX-License-Identifier: Apache-2.0

#include "issuance/run_state.h"

#include <algorithm>

#include <fmt/format.h>

#include "api/v1alpha1.h"
#include "base/log.h"
#include "base/text.h"
#include "issuance/conditions.h"
#include "issuance/renewal.h"
#include "issuance/secret.h"

namespace kcert::issuance {

namespace {

/// How often a write is tried again because somebody edits the object meanwhile.
constexpr int kMaxConflicts = 5;

std::string version_of(const json::Value& object) {
    return std::string(object.text({"metadata", "resourceVersion"}));
}

kube::ObjectKey key_secret(const Subject& subject) {
    return {kube::kSecret, subject.key.ns, pending_key_name(subject.key.name)};
}

/// False where one of that name is there.
bool create_absent(kube::ObjectStore& store, const json::Value& object,
                   const std::stop_token& stop) {
    try {
        kube::create(store, object, stop);
        return true;
    } catch (const kube::StatusError& refusal) {
        if (refusal.reason() != "AlreadyExists") {
            throw;
        }
        return false;
    }
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
      stored_order_(status_.order),
      known_(subject.object.at({"status", "acme"})),
      version_(version_of(subject.object)),
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

void RunState::announce(std::stop_token stop) {
    if (subject_.guarded_by_version) {
        status_.last_attempt = world_.clock.now();
        write(stop);
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
    if (!key_stored_) {
        if (create_absent(world_.store, secret, stop)) {
            key_stored_ = true;
            return;
        }
        // Of a run whose status was lost, as after a restore; or somebody else's.
        const auto there = kube::get(world_.store, key_secret(subject_), stop);
        if (there && !is_pending_key_secret(*there, subject_.certificate)) {
            throw pending_name_taken(subject_);
        }
        key_stored_ = true;
    }
    world_.store.patch(key_secret(subject_), json::Value::object({{"data", secret["data"]}}),
                       kube::Part::Main, stop);
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
    status_.last_attempt.reset();
    status_.order.reset();
    status_.records = std::move(left);
    forget_key(stop);  // before the order, by which a next run would find it
    write(stop);
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
    const bool announced = status_.last_attempt.has_value();
    if (!reason.empty() || status_.records != left || announced) {
        status_.records = std::move(left);
        status_.last_attempt.reset();
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
    json::Value patch = api::v1alpha1::encode_status(status_);
    if (subject_.guarded_by_version) {
        write_guarded(std::move(patch), stop);
    } else {
        world_.store.patch(subject_.key, patch, kube::Part::Status, stop);
    }
    stored_order_ = status_.order;
}

/// Who edits the Certificate meanwhile is no obstacle; who runs for it is.
void RunState::write_guarded(json::Value patch, const std::stop_token& stop) {
    for (int conflicts = 0;; ++conflicts) {
        patch.member("metadata").set("resourceVersion", version_);
        try {
            const json::Value written =
                world_.store.patch(subject_.key, patch, kube::Part::Status, stop);
            version_ = version_of(written);
            known_ = written.at({"status", "acme"});
            return;
        } catch (const kube::StatusError& refusal) {
            if (refusal.code() != 409 || conflicts == kMaxConflicts) {
                throw;
            }
        }
        const auto object = kube::get(world_.store, subject_.key, stop);
        if (!object || !(object->at({"status", "acme"}) == known_)) {
            throw Error(ErrorKind::Declined,
                        fmt::format("{} is being worked on by another run: its status has changed "
                                    "since this one read it",
                                    kube::describe(subject_.key)));
        }
        version_ = version_of(*object);
    }
}

void RunState::forget_key(const std::stop_token& stop) {
    if (key_stored_) {
        world_.store.remove(key_secret(subject_), stop);
        key_stored_ = false;
    }
}

}  // namespace kcert::issuance
