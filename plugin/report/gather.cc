// SPDX-License-Identifier: Apache-2.0

#include "report/gather.h"

#include <array>
#include <iterator>

#include <fmt/format.h>

#include "api/v1alpha1.h"
#include "base/text.h"
#include "rules/rules.h"

namespace kcert::report {
namespace {

void append(json::Findings& findings, json::Findings more) {
    findings.insert(findings.end(), std::make_move_iterator(more.begin()),
                    std::make_move_iterator(more.end()));
}

kube::ObjectKey issuer_key(const api::Certificate& certificate, const std::string& ns) {
    const api::IssuerRef& ref = certificate.spec.issuer_ref;
    return ref.is_cluster() ? kube::ObjectKey{kube::kClusterIssuer, "", ref.name}
                            : kube::ObjectKey{kube::kIssuer, ns, ref.name};
}

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
        for (const json::Value& object : store.list(kube::kEvent, material.key.ns, stop)) {
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

}  // namespace

Material gather(kube::ObjectStore& store, const kube::ObjectKey& key, std::stop_token stop) {
    const std::optional<json::Value> object = kube::get(store, key, stop);
    if (!object) {
        throw kube::StatusError(
            404, "NotFound",
            fmt::format("{} \"{}\" not found in namespace \"{}\" of {}", key.kind.resource(),
                        printable(key.name), printable(key.ns), store.where()));
    }
    Material material{.key = key};
    material.certificate = api::v1alpha1::decode_certificate(*object, material.findings);
    material.certificate.meta.ns = key.ns;
    append(material.findings, rules::check_certificate(material.certificate));

    material.issuer.key = issuer_key(material.certificate, key.ns);
    material.secret.key = {kube::kSecret, key.ns, material.certificate.spec.secret_name};
    const std::array<kube::ObjectKey, 2> keys{material.issuer.key, material.secret.key};
    for (std::size_t i = 0; i < keys.size(); ++i) {
        if (keys[i].name.empty()) {
            continue;  // the rules say that it is missing
        }
        const kube::Fetched fetched = store.get_all({&keys[i], 1}, stop).front();
        if (i == 0) {
            fill(material.issuer, fetched, [&](const json::Value& found) {
                return api::v1alpha1::decode_issuer(found, material.findings);
            });
        } else {
            fill(material.secret, fetched, [&](const json::Value& found) {
                return api::decode_secret(found, material.findings);
            });
        }
    }
    if (material.issuer.value) {
        append(material.findings, rules::check_issuer(*material.issuer.value));
    }
    read_events(store, material, stop);
    return material;
}

}  // namespace kcert::report
