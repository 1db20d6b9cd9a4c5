// SPDX-License-Identifier: Apache-2.0
//
// The private key of the certificate in the making: a new one, the one at hand, or that of an
// earlier run's order. Made and stored beside the flow, which waits only where it needs the key.

#pragma once

#include <optional>
#include <stop_token>

#include "base/background.h"
#include "crypto/key.h"
#include "issuance/plan.h"
#include "issuance/run_state.h"
#include "issuance/subject.h"

namespace kcert::issuance {

/// One thread uses it.
class CertificateKey {
  public:
    /// All must outlive it.
    CertificateKey(const Subject& subject, const Plan& plan, const RunState& state)
        : subject_(subject), plan_(plan), state_(state) {}

    /// Begins to make it, or takes the one at hand where that is to be kept.
    void start();

    /// Takes that of an earlier run's order. False where there is none that fits the plan.
    bool resume();

    /// Stores it as that of the order under way.
    void keep();

    /// The key, when it is stored. Throws where it could not be made or stored.
    const crypto::PrivateKey& get(const std::stop_token& stop) { return kept_->get(stop); }

  private:
    using Made = Background<crypto::PrivateKey>;

    const Subject& subject_;
    const Plan& plan_;
    const RunState& state_;
    std::optional<Made> made_;
    std::optional<Made> kept_;  // last: it uses the other
};

}  // namespace kcert::issuance
