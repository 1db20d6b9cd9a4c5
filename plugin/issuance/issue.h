// SPDX-License-Identifier: Apache-2.0
//
// The flow of `kubectl cert issue` for one Certificate, from reading it to the last clean-up.

#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "acme/transport.h"
#include "dns01/propagation.h"
#include "issuance/account.h"
#include "issuance/plan.h"
#include "issuance/solving.h"
#include "issuance/subject.h"
#include "issuance/world.h"

namespace kcert::issuance {

struct IssueRequest {
    kube::ObjectKey certificate;
    SubjectOptions subject;
    AccountOptions account;
    dns01::PropagationOptions propagation;
    bool force = false;     ///< order although nothing is due
    bool rehearse = false;  ///< a dry run asks the place to judge what would be written
    bool wait = false;      ///< until another run's claim on the Certificate goes
    /// What a stop means: the caller knows whether its user asked for it or the time ran out.
    std::function<Error(Error)> told_apart = [](Error failure) { return failure; };
};

enum class Result {
    Issued,
    UpToDate,  ///< nothing was due
    Refused,   ///< by the rules; nothing was sent
    Failed,    ///< `failure` says why; kind Cancelled where the run was stopped
};

/// How it ended, for a summary. Nothing in it is secret.
struct Outcome {
    Result result = Result::Failed;
    std::optional<Error> failure;
    json::Findings certificate_findings;  ///< errors where refused, warnings else
    json::Findings issuer_findings;
    kube::ObjectKey issuer;
    std::optional<Plan> plan;
    std::optional<crypto::CertificateInfo> leaf;  ///< the new one, or the good one at hand
    std::optional<Time> renew_from;               ///< of `leaf`
    std::string secret_name;
    std::optional<api::PendingOrder> order;  ///< that a next run goes on with
    std::size_t removed = 0;                 ///< TXT records that stood, or may have, removed
    std::vector<Leftover> left;              ///< TXT records that are still there
    acme::RequestCounts requests;
};

/// Claims the Certificate and does what is due. Throws only where not even a start was possible
/// (StatusError: not found, claimed by another run; Error{Config}: the store cannot be read); how a
/// run that began ended stands in the outcome. Records are removed in every case, under a deadline
/// of its own.
Outcome issue(const World& world, const IssueRequest& request, const Progress& progress,
              std::stop_token stop);

}  // namespace kcert::issuance
