// SPDX-License-Identifier: Apache-2.0
//
// The parts of check_issuer(), one a noun of the spec.

#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "api/issuer.h"
#include "rules/verdicts.h"

namespace kcert::rules {

/// spec.acme but for its solvers.
void check_acme_issuer(const api::AcmeIssuer& acme, Verdicts& verdicts);

/// dns01.providers and solvers.
void check_solvers(const api::AcmeIssuer& acme, Verdicts& verdicts);

/// An http01 stanza, old or of solvers[].
void check_http01(const api::Http01& http01, const json::FieldPath& path, Verdicts& verdicts);

/// The stanza of one solver against the catalogue, then by its own rules.
void check_stanza(const api::Dns01Solver::Stanza& stanza, const json::FieldPath& path,
                  Verdicts& verdicts);

/// What the catalogue cannot say of a stanza: what goes together, and what values mean.
void check_stanza_meaning(const api::Dns01Solver::Stanza& stanza, const json::FieldPath& path,
                          Verdicts& verdicts);

/// Whether `pem` holds at least one certificate and nothing that does not parse.
bool holds_certificates(const std::string& pem);

/// A reference to a credential in a Secret, and where it stands.
struct CredentialSite {
    json::FieldPath path;  ///< of the {name, key} object
    api::SecretKeySelector selector;
};
std::vector<CredentialSite> credential_sites(const api::Dns01Solver& solver,
                                             const json::FieldPath& path);

/// Where the dns01 members of an entry stand: the entry itself or its dns01 stanza.
json::FieldPath provider_path(std::size_t index);
json::FieldPath solver_path(std::size_t index);

}  // namespace kcert::rules
