// SPDX-License-Identifier: Apache-2.0
//
// The Secrets that issuing writes: the certificate's (kubernetes.io/tls), the ACME account's, and
// the one that keeps a certificate's private key while its order is under way. Pure.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/certificate.h"
#include "api/secret.h"
#include "base/sensitive.h"
#include "crypto/certificate.h"
#include "json/value.h"
#include "kube/object_key.h"

namespace kcert::issuance {

inline constexpr std::string_view kNameLabel = "certmanager.k8s.io/certificate-name";
inline constexpr std::string_view kIssuerNameAnnotation = "certmanager.k8s.io/issuer-name";
inline constexpr std::string_view kIssuerKindAnnotation = "certmanager.k8s.io/issuer-kind";
inline constexpr std::string_view kDirectoryAnnotation = "certmanager.k8s.io/acme-directory";
inline constexpr std::string_view kUsagesAnnotation = "certmanager.k8s.io/requested-usages";

/// What goes into a certificate's Secret.
struct IssuedPair {
    Sensitive key_pem;
    std::string chain_pem;  ///< leaf first
    crypto::CertificateInfo leaf;
    std::string directory;  ///< URL of the CA's directory
};

/// A merge patch for the Secret that is there: both halves of the pair, annotations and label;
/// other keys and the type stay. `release` is as release_patch() made it.
json::Value secret_patch(const api::Certificate& certificate, const IssuedPair& pair,
                         const json::Value& release = {});

/// The whole Secret where there is none.
json::Value make_secret(const api::Certificate& certificate, const IssuedPair& pair);

/// Who owns the Secret, where that is not this Certificate: "Certificate api", "cert-manager.io's
/// Certificate web", "ExternalSecret web". Nothing where it is free to be written.
std::optional<std::string> foreign_owner(const json::Value& secret,
                                         const api::Certificate& certificate);

/// A merge patch that takes off the marks by which foreign_owner() knows an owner, so that a Secret
/// once taken over is this Certificate's. Other labels and annotations stay.
json::Value release_patch(const json::Value& secret, const api::Certificate& certificate);

json::Value make_account_secret(std::string_view ns, const api::SecretKeySelector& selector,
                                const Sensitive& key_pem);

/// The name of the Secret that keeps the key of an order under way; a DNS-1123 subdomain.
std::string pending_key_name(std::string_view certificate_name);

json::Value make_pending_key_secret(const api::Certificate& certificate, const Sensitive& key_pem);

/// The member of that Secret that keeps what a later run needs of a status, where the Certificate
/// stands in a file.
inline constexpr std::string_view kStateKey = "status.json";

/// That Secret, with a state and no key yet.
json::Value make_state_secret(const kube::ObjectKey& certificate, std::string_view state);

/// Whether a Secret of that name is ours to read and remove: marked for this Certificate.
bool is_pending_key_secret(const json::Value& secret, const api::Certificate& certificate);

}  // namespace kcert::issuance
