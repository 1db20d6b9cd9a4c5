// SPDX-License-Identifier: Apache-2.0
//
// All objects that a description of one Certificate speaks of, read together. A part that is not
// there or may not be read does not keep the others from being shown: its error stands beside it.

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
    std::vector<api::Event> events;     ///< about the Certificate, as they came
    std::string events_error;
    std::vector<Verdict> verdicts;  ///< on Certificate and issuer: what issuing would find
    std::string verdicts_error;     ///< why that cannot be told
};

/// `cluster_resource_namespace`: where a ClusterIssuer's Secrets stand. Throws StatusError 404
/// where the Certificate is not there.
Material gather(kube::ObjectStore& store, const kube::ObjectKey& key,
                const std::string& cluster_resource_namespace, std::stop_token stop);

}  // namespace kcert::report
