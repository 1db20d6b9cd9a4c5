// SPDX-License-Identifier: Apache-2.0

#include "report/gather.h"

#include <fmt/format.h>

#include "api/v1alpha1.h"
#include "base/text.h"
#include "issuance/facts.h"
#include "issuance/subject.h"

namespace kcert::report {
namespace {

/// Fills the part from what the store says, `decode` turning the object into its struct.
template <typename Object, typename Decode>
void fill(Part<Object>& part, const kube::Fetched& fetched, Decode&& decode) {
    if (const auto* const refusal = std::get_if<kube::StatusError>(&fetched)) {
        part.error = refusal->what();
    } else if (const auto& object = std::get<std::optional<json::Value>>(fetched)) {
        part.value = decode(*object);
    }
}

/// Guard: without its Events a Certificate is still described.
void read_events(kube::ObjectStore& store, Material& material, const std::stop_token& stop) {
    try {
        for (const json::Value& object : store.list(kube::kEvent, {.ns = material.key.ns}, stop)) {
            api::Event event = api::decode_event(object);
            const std::string& uid = material.certificate.meta.uid;
            const bool about = event.object_kind == kube::kCertificate.kind &&
                               event.object_name == material.key.name &&
                               (uid.empty() || event.object_uid.empty() || event.object_uid == uid);
            if (about) {
                material.events.push_back(std::move(event));
            }
        }
    } catch (const Error& error) {
        material.events_error = error.what();
    }
}

/// The objects that the Certificate refers to.
void read_parts(kube::ObjectStore& store, Material& material, const std::stop_token& stop) {
    material.secret.key = {kube::kSecret, material.key.ns, material.certificate.spec.secret_name};
    std::vector<kube::ObjectKey> keys;
    if (!material.secret.key.name.empty()) {
        keys.push_back(material.secret.key);
    }
    if (const auto issuer = issuance::issuer_key(material.certificate)) {
        material.issuer.key = *issuer;
        keys.push_back(*issuer);
    }
    const std::vector<kube::Fetched> fetched = store.get_all(keys, stop);
    json::Findings told_by_judging;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        if (keys[i] == material.secret.key) {
            fill(material.secret, fetched[i], [&](const json::Value& found) {
                return api::decode_secret(found, told_by_judging);
            });
        } else {
            fill(material.issuer, fetched[i], [&](const json::Value& found) {
                return api::v1alpha1::decode_issuer(found, told_by_judging);
            });
        }
    }
    material.secret_file = material.secret.value ? store.file_of(material.secret.key) : "";
}

/// Guard: what may not be read keeps the Certificate from being judged, not from being described.
void judge(kube::ObjectStore& store, const std::string& cluster_resource_namespace,
           Material& material, const std::stop_token& stop) {
    try {
        const issuance::Subject subject = issuance::load_subject(
            store, material.key, {.cluster_resource_namespace = cluster_resource_namespace}, stop);
        material.verdicts = {{subject.key, subject.certificate_findings},
                             {subject.issuer_key, subject.issuer_findings}};
    } catch (const kube::StatusError& refusal) {
        material.verdicts_error = refusal.what();
    }
}

}  // namespace

Material gather(kube::ObjectStore& store, const kube::ObjectKey& key,
                const std::string& cluster_resource_namespace, std::stop_token stop) {
    // Asked before the status is read: what a run leaves there when it ends is not taken for that
    // of a dead one.
    Material material{.key = key, .holder = store.claimed_by(key, stop)};
    const std::optional<json::Value> object = kube::get(store, key, stop);
    if (!object) {
        throw kube::StatusError(
            404, "NotFound",
            fmt::format("{} \"{}\" not found in namespace \"{}\" of {}", key.kind.resource(),
                        printable(key.name), printable(key.ns), store.where()));
    }
    json::Findings told_by_judging;
    material.certificate = api::v1alpha1::decode_certificate(*object, told_by_judging);
    material.certificate.meta.ns = key.ns;
    read_parts(store, material, stop);
    judge(store, cluster_resource_namespace, material, stop);
    read_events(store, material, stop);
    return material;
}

}  // namespace kcert::report
