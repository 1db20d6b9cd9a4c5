// SPDX-License-Identifier: Apache-2.0

#include "issuance/issue.h"

#include <algorithm>

#include "base/deadline.h"
#include "issuance/ending.h"
#include "issuance/journal.h"
#include "issuance/providers.h"
#include "issuance/renewal.h"
#include "issuance/rights.h"
#include "issuance/run.h"
#include "issuance/run_state.h"

namespace kcert::issuance {

namespace {

/// Nothing is ordered: what an earlier run may have left behind is still put in order.
void tidy_up(const World& world, const Subject& subject, const IssueRequest& request,
             const Progress& progress, Outcome& outcome) {
    RunState state(world, subject);
    Providers providers(world, subject);
    Journal journal(world.store, world.clock, subject.object);
    Solving solving(world, subject, request.propagation, providers, state, journal, progress);
    const Deadline deadline(kCleanUpTime, {});
    std::vector<api::PlacedRecord> left = note_records(outcome, solving.clean_up(deadline.token()));
    store_end(progress, [&](const std::stop_token& stop) {
        if (outcome.leaf) {
            state.finish(*outcome.leaf, std::move(left), stop);
        } else {
            state.store_left(std::move(left), stop);
        }
    });
}

/// Whatever keeps a Certificate from being issued does not keep records from being removed.
void take_back(const World& world, const Subject& subject, const IssueRequest& request,
               const Progress& progress, Outcome& outcome) {
    if (subject.issuer.spec.acme) {
        tidy_up(world, subject, request, progress, outcome);
        return;
    }
    for (const api::PlacedRecord& record : subject.certificate.status.records) {
        outcome.left.push_back({record, "the issuer that names its DNS provider is not there"});
    }
}

/// Claims the Certificate; where another run has it and the user wants to wait, waits for that.
std::unique_ptr<kube::Claim> claim_certificate(const World& world, const IssueRequest& request,
                                               const Progress& progress,
                                               const std::stop_token& stop) {
    constexpr Duration kLongestPause = std::chrono::seconds(2);
    Duration pause = std::chrono::milliseconds(100);
    for (bool told = false;; told = true) {
        try {
            return world.store.claim(request.certificate, stop);
        } catch (const kube::StatusError& refusal) {
            if (!request.wait || refusal.code() != 409) {
                throw;
            }
            if (!told) {
                progress.note(std::string("waiting: ") + refusal.what());
            }
        }
        if (!world.clock.sleep_for(pause, stop)) {
            throw Error(ErrorKind::Cancelled, "stopped");
        }
        pause = std::min(2 * pause, kLongestPause);
    }
}

bool is_untidy(const Subject& subject, const crypto::CertificateInfo& leaf) {
    const api::CertificateStatus& status = subject.certificate.status;
    return !status.records.empty() || status.order || subject.pending_key ||
           status.not_after != std::chrono::floor<std::chrono::seconds>(leaf.not_after);
}

}  // namespace

Outcome issue(const World& world, const IssueRequest& request, const Progress& progress,
              std::stop_token stop) {
    const std::unique_ptr<kube::Claim> claim = claim_certificate(world, request, progress, stop);
    Subject subject = load_subject(world.store, request.certificate, request.subject, stop);
    subject.guarded_by_version = !claim->weakness().empty();
    Outcome outcome{.certificate_findings = subject.certificate_findings,
                    .issuer_findings = subject.issuer_findings,
                    .issuer = subject.issuer_key,
                    .secret_name = subject.certificate.spec.secret_name};
    if (subject.refused()) {
        outcome.result = Result::Refused;
        take_back(world, subject, request, progress, outcome);
        return outcome;
    }
    outcome.plan = make_plan({.certificate = subject.certificate,
                              .issuer = subject.issuer,
                              .current = subject.target ? &*subject.target : nullptr,
                              .now = world.clock.now(),
                              .force = request.force});
    if (!outcome.plan->due()) {
        outcome.result = Result::UpToDate;
        outcome.leaf = outcome.plan->current;
        if (is_untidy(subject, *outcome.leaf)) {
            tidy_up(world, subject, request, progress, outcome);
        }
    } else {
        expect_writable(world.store, subject, stop);
        expect_rights_to_remember(world.store, subject, stop);
        progress.names(outcome.plan->names.names);
        Run(world, request, progress, *claim, subject, *outcome.plan).run(outcome, stop);
    }
    if (outcome.leaf) {
        outcome.renew_from = renewal_time({outcome.leaf->not_before, outcome.leaf->not_after},
                                          subject.certificate.spec.renew_before);
    }
    return outcome;
}

}  // namespace kcert::issuance
