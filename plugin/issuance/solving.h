// SPDX-License-Identifier: Apache-2.0
//
// The one place where a challenge becomes a TXT record: authorizations in, records placed, seen by
// the world and answered. Knows both ACME and DNS, which do not know each other.

#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "acme/authorization.h"
#include "base/background.h"
#include "dns01/locate.h"
#include "dns01/presented_records.h"
#include "dns01/propagation.h"
#include "issuance/journal.h"
#include "issuance/providers.h"
#include "issuance/run_state.h"

namespace kcert::issuance {

/// Where each name's record has to stand, by the name as ordered.
using Locations = std::map<std::string, dns01::Location>;

/// What to ask for, in the order of the names. REQUIRES: the rules found a solver for each.
std::vector<dns01::LocateRequest> locate_requests(const Subject& subject,
                                                  std::span<const std::string> names);

/// Finds them for all names of the plan. Throws as dns01::locate_all.
Locations locate_names(const World& world, const Subject& subject,
                       std::span<const std::string> names, std::stop_token stop);

/// A record that could not be removed.
struct Leftover {
    api::PlacedRecord record;
    std::string cause;
};

/// What became of the records that a run found or placed.
struct CleanUp {
    std::size_t removed = 0;  ///< of those that stood, or may have
    std::vector<Leftover> left;
};

/// Places and removes the records of one run. One thread uses it.
class Solving {
  public:
    /// All must outlive it. `locations` may still be looked up.
    Solving(const World& world, const Subject& subject, const dns01::PropagationOptions& options,
            Providers& providers, RunState& state, Journal& journal, const Progress& progress);

    /// Opens the provider of each name, so that credentials which cannot be used are told before
    /// anything is ordered. Throws Error{Config}.
    void open_providers(std::span<const std::string> names);

    /// Solves every pending authorization: all records stored, placed, seen, then all challenges
    /// answered.
    void solve(acme::Transport& transport, std::span<const acme::Authorization> pending,
               Background<Locations>& locations, std::stop_token stop);

    /// Removes all records that the state holds, those of earlier runs too, every provider at once.
    /// What is left has its cause; what no name server of its zone has is not left. What was never
    /// sent, or was refused, is not counted as removed.
    CleanUp clean_up(std::stop_token stop);

    /// What the last look at DNS lacked, a name after the other, or what the DNS services had said
    /// before a stop came; empty where neither is.
    std::string waiting() const;

  private:
    struct Task {
        std::string domain;
        dns01::Provider* provider;
        api::PlacedRecord record;
        acme::ChallengeAnswer answer;
    };

    std::vector<Task> tasks(const acme::Transport& transport,
                            std::span<const acme::Authorization> pending,
                            const Locations& locations);
    void present(std::span<const Task> tasks, const std::stop_token& stop);
    [[noreturn]] void report_failures(std::span<const Task> tasks,
                                      std::span<const dns01::PresentFailure> failures);
    void await(std::span<const Task> tasks, const std::stop_token& stop);
    std::size_t count_removed(std::span<const Leftover> left) const;
    std::vector<Leftover> still_there(std::vector<Leftover> left, const std::stop_token& stop);

    const World& world_;
    const Subject& subject_;
    const dns01::PropagationOptions& options_;
    Providers& providers_;
    RunState& state_;
    Journal& journal_;
    const Progress& progress_;
    std::vector<std::string> domains_;
    std::map<std::string, std::string> unseen_;  ///< by domain: what its record's last look showed
    std::string unplaced_;  ///< at which provider a stop met which names, and what it had said
    std::vector<api::PlacedRecord> placed_;      ///< or may be; earlier runs' too
    std::vector<api::PlacedRecord> placed_now_;  ///< of these, this run's
};

}  // namespace kcert::issuance
