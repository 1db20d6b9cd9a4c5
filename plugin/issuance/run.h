// SPDX-License-Identifier: Apache-2.0
//
// One run for one Certificate that is due: the steps in their order, and what they share.

#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string_view>
#include <vector>

#include "acme/order.h"
#include "acme/transport.h"
#include "base/background.h"
#include "issuance/certificate_key.h"
#include "issuance/issue.h"
#include "issuance/journal.h"
#include "issuance/providers.h"
#include "issuance/run_state.h"
#include "issuance/secret.h"

namespace kcert::issuance {

/// What a failure of one step is called in Events and in the Ready condition (v0.2's reasons).
struct Step {
    std::string_view event;
    std::string_view message;
    std::string_view condition;
};

/// One thread uses it; what it is made from must outlive it.
class Run {
  public:
    Run(const World& world, const IssueRequest& request, const Progress& progress,
        const kube::Claim& claim, const Subject& subject, Plan plan)
        : world_(world),
          request_(request),
          progress_(progress),
          claim_(claim),
          subject_(subject),
          plan_(std::move(plan)),
          journal_(world.store, world.clock, subject.object),
          state_(world, subject),
          providers_(world, subject),
          solving_(world, subject, request.propagation, providers_, state_, journal_, progress),
          key_(subject, plan_, state_) {}

    /// Fills in how it ended. Throws nothing but what has no memory left.
    void run(Outcome& outcome, const std::stop_token& stop);

  private:
    void tell_apart(Error& failure) const;
    void expect_claim() const;
    void prepare(const std::stop_token& stop);
    acme::Order order(const std::stop_token& stop);
    std::optional<acme::Order> resume(const std::stop_token& stop);
    void authorize(const std::stop_token& stop);
    IssuedPair obtain(const std::stop_token& stop);
    void save(const IssuedPair& pair);
    void settle(Outcome& outcome, const std::optional<IssuedPair>& pair);

    const World& world_;
    const IssueRequest& request_;
    const Progress& progress_;
    const kube::Claim& claim_;
    const Subject& subject_;
    const Plan plan_;
    Journal journal_;
    RunState state_;
    Providers providers_;
    Solving solving_;
    Step step_;
    std::unique_ptr<acme::Transport> transport_;
    acme::Order order_;
    // Beside the flow; last, for they use the others.
    std::optional<Background<Locations>> locations_;
    CertificateKey key_;
    std::optional<Background<CleanUp>> clean_up_;
};

}  // namespace kcert::issuance
