// SPDX-License-Identifier: Apache-2.0
//
// The Certificate of a run and all that it refers to, read together and judged by the rules.

#pragma once

#include <map>
#include <optional>
#include <stop_token>
#include <string>

#include "api/certificate.h"
#include "api/issuer.h"
#include "api/secret.h"
#include "base/error.h"
#include "json/finding.h"
#include "json/value.h"
#include "kube/object_key.h"
#include "kube/object_store.h"

namespace kcert::issuance {

struct SubjectOptions {
    std::string cluster_resource_namespace = "kube-system";  ///< of ClusterIssuers' Secrets
    bool take_over = false;  ///< a Secret that somebody else owns may be written
    /// The user's own programs in the place of DNS providers, by solver_id(): --dns01-exec.
    std::map<std::string, std::string> programs = {};
};

struct Subject {
    kube::ObjectKey key;
    json::Value object;  ///< the Certificate as stored
    api::Certificate certificate;

    kube::ObjectKey issuer_key;
    api::Issuer issuer;
    std::string credentials_namespace;  ///< where account key and credentials are

    std::optional<api::Secret> target;       ///< spec.secretName's
    std::optional<api::Secret> account;      ///< the Secret of the ACME account's key
    std::optional<api::Secret> pending_key;  ///< looked for where the status tells of an order
    bool target_immutable = false;
    bool pending_key_name_taken = false;  ///< by a Secret that is not ours
    json::Value release;                  ///< of `target`, to be taken over: release_patch()
    /// By name, those that are there: of the solvers that the names choose, of those that placed
    /// records which still stand, of the external account.
    std::map<std::string, api::Secret> credentials;
    std::map<std::string, std::string> programs;  ///< as in SubjectOptions

    json::Findings certificate_findings;
    json::Findings issuer_findings;

    /// No claim keeps others out: what is written names the resourceVersion that was read.
    bool guarded_by_version = false;

    const api::AcmeIssuer& acme() const { return *issuer.spec.acme; }
    bool refused() const;
};

/// Reads Certificate, issuer and Secrets, the Secrets in one batch. StatusError 404 where the
/// Certificate is not there, Error{Usage} where a program is given for a provider that is not. What
/// else is missing or wrong stands in the findings, each with file and line where the store knows
/// them; only where refused() is false may the rest be relied on.
Subject load_subject(kube::ObjectStore& store, const kube::ObjectKey& key,
                     const SubjectOptions& options, std::stop_token stop);

/// Changes nothing. Throws where the place would not take what a run stores in it, so that this is
/// told before anything is ordered.
void expect_writable(kube::ObjectStore& store, const Subject& subject, std::stop_token stop);

/// Somebody else's Secret bears the name under which a run keeps the certificate's key.
Error pending_name_taken(const Subject& subject);

/// The values a solver's secret references point to, by field name. Throws Error{Config}.
std::map<std::string, Sensitive> solver_secrets(const Subject& subject,
                                                const api::Dns01Solver::Stanza& stanza);

}  // namespace kcert::issuance
