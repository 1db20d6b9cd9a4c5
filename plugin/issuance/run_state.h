// SPDX-License-Identifier: Apache-2.0
//
// What must survive a crash, stored before the step that needs it: the order's URL, the
// certificate's private key, every record before it is placed. Kept in the Certificate's status
// and in a labelled Secret, where the next run finds it.

#pragma once

#include <optional>
#include <span>
#include <stop_token>
#include <string>

#include "api/certificate.h"
#include "crypto/key.h"
#include "issuance/plan.h"
#include "issuance/subject.h"
#include "issuance/world.h"

namespace kcert::issuance {

/// Where no claim keeps other runs out, each write of the status names the version that this run
/// knows, and one that another run wrote in between ends this one. One thread uses it; `world` and
/// `subject` must outlive it.
class RunState {
  public:
    RunState(const World& world, const Subject& subject);

    /// The order of an earlier run, where it was for the same ask and has not expired.
    std::optional<api::PendingOrder> resumable(const Plan& plan) const;

    /// The private key of that order; nothing where none was stored.
    std::optional<crypto::PrivateKey> pending_key() const;

    const std::vector<api::PlacedRecord>& records() const { return status_.records; }
    /// As it is stored: one whose URL could not be written is not among what a next run finds.
    const std::optional<api::PendingOrder>& order() const { return stored_order_; }

    /// To be called before anything is asked of the CA: of two runs that no claim keeps apart one
    /// ends here. Writes nothing where a claim does.
    void announce(std::stop_token stop);

    void store_order(api::PendingOrder order, std::stop_token stop);
    /// Why the order failed for each name, stored when the run ends: no run goes on with it.
    void note_failures(std::vector<api::NameFailure> failures);
    /// Any thread may call this one. Replaces a key that an earlier run left.
    void store_key(const crypto::PrivateKey& key, std::stop_token stop) const;
    /// Adds to the records of earlier runs, which stay until they are removed.
    void store_records(std::span<const api::PlacedRecord> records, std::stop_token stop);

    /// The end of a run that issued: order and key are forgotten, `left` is what could not be
    /// removed at the DNS service.
    void finish(const crypto::CertificateInfo& leaf, std::vector<api::PlacedRecord> left,
                std::stop_token stop);

    /// The end of a run that did not. `reason` and `message` make the Ready condition false, where
    /// there is no usable certificate; an empty reason: nothing failed, the run was stopped. The
    /// order stays: the next run looks at it and goes on where the CA lets it.
    void fail(std::string_view reason, std::string_view message,
              std::vector<api::PlacedRecord> left, std::stop_token stop);

    /// Forgets records that were removed; writes nothing where none were stored.
    void store_left(std::vector<api::PlacedRecord> left, std::stop_token stop);

  private:
    void write(const std::stop_token& stop);
    void write_guarded(json::Value patch, const std::stop_token& stop);
    void forget_key(const std::stop_token& stop);

    const World& world_;
    const Subject& subject_;
    api::CertificateStatus status_;
    std::optional<api::PendingOrder> stored_order_;
    json::Value known_;    ///< the part of the status that runs depend on, as last seen or written
    std::string version_;  ///< of the Certificate, as last seen or written
    mutable bool key_stored_;
};

}  // namespace kcert::issuance
