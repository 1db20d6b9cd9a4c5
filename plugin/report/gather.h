// SPDX-License-Identifier: Apache-2.0
//
// All objects that the descriptions of Certificates speak of, read together: what does not depend
// on another answer is asked for at the same time, and for many Certificates once. A part that is
// not there or may not be read does not keep the others from being shown: its error stands beside
// it.

#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "api/certificate.h"
#include "api/event.h"
#include "api/issuer.h"
#include "api/secret.h"
#include "json/finding.h"
#include "kube/object_key.h"
#include "kube/object_store.h"
#include "report/secret_users.h"

namespace kcert::report {

/// An object that was looked for. Neither value nor error: it is not there.
template <typename Object>
struct Part {
    kube::ObjectKey key;
    std::optional<Object> value;
    std::string error;  ///< why that cannot be told
};

/// What the rules say of one object.
struct Verdict {
    kube::ObjectKey key;
    json::Findings findings;
};

struct Material {
    kube::ObjectKey key;
    api::Certificate certificate;
    Part<api::Issuer> issuer;
    Part<api::Secret> secret;
    std::string secret_file;            ///< that the Secret was read from; empty: none
    std::optional<std::string> holder;  ///< of the claim: a run is under way
    std::string holder_error;           ///< why that cannot be told
    std::vector<api::Event> events;     ///< about the Certificate, as they came
    std::string events_error;
    std::vector<SecretUser> users;  ///< Ingresses, then Gateways, that serve the Secret
    std::string ingresses_error;
    std::string gateways_error;
    std::vector<Verdict> verdicts;  ///< on Certificate and issuer: what issuing would find
    std::string verdicts_error;     ///< why that cannot be told
};

/// Which Certificates.
struct Wanted {
    std::string ns;                       ///< empty: of all namespaces
    std::vector<std::string> names = {};  ///< in `ns`, which is then not empty
    std::string selector = {};            ///< kubectl's -l; heeded where no names are given
};

struct Gathered {
    std::vector<Material> materials;   ///< as named, else by namespace and name
    std::vector<std::string> missing;  ///< those of the names that nothing has
};

/// `cluster_resource_namespace`: where a ClusterIssuer's Secrets stand. A single name that nothing
/// has stands for all that begin with it. Throws StatusError where the Certificates may not be
/// read.
Gathered gather(kube::ObjectStore& store, const Wanted& wanted,
                const std::string& cluster_resource_namespace, std::stop_token stop);

}  // namespace kcert::report
