// SPDX-License-Identifier: Apache-2.0
//
// The Certificate kind, free of any wire version. Texts stand as the user wrote them: judging them
// is the business of rules.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/meta.h"

namespace kcert::api {

struct IssuerRef {
    std::string name;
    std::string kind;   ///< as written; empty means Issuer
    std::string group;  ///< as written; empty means certmanager.k8s.io
    int line = 0;       ///< of the issuerRef in its file; 0 where unknown

    bool is_cluster() const { return kind == "ClusterIssuer"; }
};

/// An entry of spec.acme.config: which domains are solved how.
struct DomainSolver {
    struct Http01 {
        std::string ingress;
        std::optional<std::string> ingress_class;
    };
    std::vector<std::string> domains;
    std::optional<std::string> dns01_provider;  ///< nothing: no dns01 stanza
    std::optional<Http01> http01;
};

enum class RotationPolicy { Always, Never };

struct CertificateSpec {
    std::string secret_name;
    IssuerRef issuer_ref;
    std::string common_name;
    std::vector<std::string> dns_names;
    std::vector<std::string> ip_addresses;
    std::vector<std::string> organization;
    std::optional<Duration> duration;
    std::optional<Duration> renew_before;
    bool is_ca = false;
    std::vector<std::string> usages;
    std::int64_t key_size = 0;  ///< 0: the algorithm's default (2048, 256)
    std::string key_algorithm;  ///< "", rsa, ecdsa, or what the user wrote
    std::string key_encoding;   ///< "", pkcs1, pkcs8, or what the user wrote
    RotationPolicy rotation_policy = RotationPolicy::Always;
    std::optional<std::vector<DomainSolver>> acme_config;  ///< nothing: no acme stanza
};

/// A TXT record that a run placed, or was about to place.
struct PlacedRecord {
    std::string provider;  ///< the provider's name in the Issuer; "" for an unnamed solvers[] entry
    std::string solver;    ///< its stanza: "rfc2136"
    std::string zone;
    std::string name;
    std::string value;
    std::string domain;  ///< the name that the CA asks about, without a wildcard

    bool operator==(const PlacedRecord&) const = default;
};

/// Why an order failed at one of its names.
struct NameFailure {
    std::string name;
    std::string detail;  ///< the CA's words

    bool operator==(const NameFailure&) const = default;
};

/// What a later run needs to go on with an order.
struct PendingOrder {
    std::string url;
    std::string directory;           ///< the CA's directory URL
    std::vector<std::string> names;  ///< A-labels, as ordered
    std::optional<Time> expires;
    std::string spec_hash;  ///< of what the order and its key depend on
    std::vector<NameFailure> failures =
        {};  ///< the CA made it invalid for these; empty: it may go on
};

struct CertificateStatus {
    std::vector<Condition> conditions;
    std::optional<Time> not_after;
    std::optional<Time> renewal_time;
    std::optional<Time> last_failure_time;
    /// When a run began that nothing but the object's version keeps apart from others.
    std::optional<Time> last_attempt;
    std::optional<PendingOrder> order;
    std::vector<PlacedRecord> records;
};

struct Certificate {
    ObjectMeta meta;
    CertificateSpec spec;
    CertificateStatus status;
};

}  // namespace kcert::api
