// SPDX-License-Identifier: Apache-2.0
//
// What the rules ask about other objects, looked up in a store. What may not be seen is left out,
// and the rules that need it stay silent.

#pragma once

#include <optional>
#include <set>
#include <stop_token>
#include <string>

#include "api/certificate.h"
#include "api/issuer.h"
#include "api/secret.h"
#include "json/finding.h"
#include "kube/object_store.h"
#include "rules/rules.h"

namespace kcert::issuance {

/// The Issuer of a Certificate (where it is not there: who has one of that name), and the other
/// Certificates of the namespace. REQUIRES: meta.ns is filled in.
rules::Facts gather_facts(kube::ObjectStore& store, const api::Certificate& certificate,
                          std::stop_token stop);

/// The Secrets of all credentials of an Issuer.
rules::Facts gather_facts(kube::ObjectStore& store, const api::Issuer& issuer,
                          const std::string& cluster_resource_namespace, std::stop_token stop);

/// Where an Issuer's account key and credentials are.
std::string secrets_namespace(const api::Issuer& issuer,
                              const std::string& cluster_resource_namespace);

// The parts of gather_facts(), for who reads some of the objects anyway.

/// The object of spec.issuerRef. Nothing where that names no kind of this API, or nothing that
/// could be there: another rule refuses it. REQUIRES: meta.ns is filled in.
std::optional<kube::ObjectKey> issuer_key(const api::Certificate& certificate);

/// What the store has under issuer_key(): the Issuer, or who else has one of that name. What
/// decoding finds goes to `findings`.
rules::Facts::IssuerLookup note_issuer(kube::ObjectStore& store,
                                       const api::Certificate& certificate,
                                       const std::optional<json::Value>& object,
                                       json::Findings& findings, const std::stop_token& stop);

/// The Secrets that hold credentials of these solvers or of the external account.
std::set<std::string> credential_names(const api::AcmeIssuer& issuer,
                                       const rules::Solvers& solvers);

/// Takes down the keys of a Secret of facts.secrets_namespace, or who else has one of that name.
void note_secret(kube::ObjectStore& store, const std::string& name,
                 const std::optional<api::Secret>& secret, rules::Facts& facts,
                 const std::stop_token& stop);

/// Takes down which Secrets the other Certificates of the namespace write.
void note_writers(kube::ObjectStore& store, const api::Certificate& certificate,
                  rules::Facts& facts, const std::stop_token& stop);

}  // namespace kcert::issuance
