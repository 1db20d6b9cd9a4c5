// SPDX-License-Identifier: Apache-2.0
//
// Which object: kind, namespace, name. The kinds that this project touches are known here, so that
// no discovery round trip is needed.

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "json/value.h"

namespace kcert::kube {

enum class Scope { Namespaced, Cluster };

struct Kind {
    std::string_view group;  ///< empty: the core group
    std::string_view version;
    std::string_view kind;
    std::string_view plural;
    Scope scope = Scope::Namespaced;

    /// "v1" or "group/version".
    std::string api_version() const;
    /// "secrets" or "certificates.certmanager.k8s.io".
    std::string resource() const;
    bool operator==(const Kind&) const = default;
};

inline constexpr Kind kSecret{"", "v1", "Secret", "secrets"};
inline constexpr Kind kEvent{"", "v1", "Event", "events"};
inline constexpr Kind kLease{"coordination.k8s.io", "v1", "Lease", "leases"};
inline constexpr Kind kCertificate{"certmanager.k8s.io", "v1alpha1", "Certificate", "certificates"};
inline constexpr Kind kIssuer{"certmanager.k8s.io", "v1alpha1", "Issuer", "issuers"};
inline constexpr Kind kClusterIssuer{"certmanager.k8s.io", "v1alpha1", "ClusterIssuer",
                                     "clusterissuers", Scope::Cluster};

// Only looked at: what serves a certificate.
inline constexpr Kind kIngress{"networking.k8s.io", "v1", "Ingress", "ingresses"};
inline constexpr Kind kGateway{"gateway.networking.k8s.io", "v1", "Gateway", "gateways"};

struct ObjectKey {
    Kind kind;
    std::string ns;  ///< empty for cluster-scoped kinds
    std::string name;

    bool operator==(const ObjectKey&) const = default;
};

/// "Secret shop/web-tls", "ClusterIssuer letsencrypt": for messages.
std::string describe(const ObjectKey& key);

/// The kind of an object by its apiVersion and kind; nothing where it is none of those above.
std::optional<Kind> kind_of(const json::Value& object);

/// The key of an object by its apiVersion, kind and metadata; `default_namespace` where it names
/// none. Throws Error{Config} where apiVersion, kind or name is missing or the kind is not known.
ObjectKey key_of(const json::Value& object, std::string_view default_namespace);

}  // namespace kcert::kube
