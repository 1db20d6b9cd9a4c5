// SPDX-License-Identifier: Apache-2.0
//
// Judgement of objects: api types and facts in, Findings out. Pure: what other objects say is
// handed in as Facts. All faults at once, in the API server's wording; each has a rule id.

#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "api/certificate.h"
#include "api/issuer.h"
#include "json/finding.h"

namespace kcert::rules {

/// What is known of the objects that a Certificate or Issuer refers to. What nobody looked up is
/// nothing, and the rules that need it stay silent.
struct Facts {
    /// The Issuer or ClusterIssuer of spec.issuerRef: looked up and there, or looked up and absent.
    struct IssuerLookup {
        std::optional<api::Issuer> issuer;
        bool cluster_issuer_has_name = false;           ///< where an Issuer was looked for in vain
        std::vector<std::string> namespaces_with_name;  ///< others whose Issuer has the name
    };
    std::optional<IssuerLookup> issuer;

    /// Keys of each Secret that was looked up, by name; nothing where the Secret is not there.
    std::map<std::string, std::optional<std::set<std::string>>> secrets;
    std::string secrets_namespace;  ///< in which they were looked up
    /// Namespaces that have a Secret of that name where secrets_namespace lacks it.
    std::map<std::string, std::vector<std::string>> secrets_elsewhere;

    /// Other Certificates of the namespace by the Secret they write.
    std::optional<std::multimap<std::string, std::string>> certificates_by_secret;

    /// Who else owns the Secret of spec.secretName: "Certificate api", "Helm".
    std::optional<std::string> secret_owner;
};

/// The rules of one object: v0.10's, those that transfer from later versions, and this project's.
json::Findings check_certificate(const api::Certificate& certificate);
json::Findings check_issuer(const api::Issuer& issuer);

/// Solvers of one Issuer, by where they are in it.
using Solvers = std::set<const api::Dns01Solver*>;

/// Those that answer for the names of a Certificate.
Solvers chosen_solvers(const api::Certificate& certificate, const api::AcmeIssuer& issuer);
Solvers all_solvers(const api::AcmeIssuer& issuer);

/// Rules across objects; `facts` says what was looked up. Of an Issuer the credentials of `solvers`
/// count, and the external account's.
json::Findings check_references(const api::Certificate& certificate, const Facts& facts);
json::Findings check_references(const api::Issuer& issuer, const Facts& facts,
                                const Solvers& solvers);

/// The Secrets (name and key) that are read as credentials: of these solvers and the external
/// account's key; or of one solver.
std::vector<api::SecretKeySelector> credentials_of(const api::AcmeIssuer& issuer,
                                                   const Solvers& solvers);
std::vector<api::SecretKeySelector> credentials_of(const api::Dns01Solver& solver);

/// The v2 directory for one of Let's Encrypt's two retired v1 directories, with or without a
/// trailing slash; nothing for every other URL.
std::optional<std::string> successor_of_retired_directory(const std::string& url);

}  // namespace kcert::rules
