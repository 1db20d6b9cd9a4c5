// SPDX-License-Identifier: Apache-2.0

#include "report/lists.h"

#include <string>
#include <utility>

#include "kube/selection.h"

namespace kcert::report {
namespace {

/// Those about the wanted Certificates, as far as a field selector can tell; is_about() does the
/// rest.
kube::Selection events_of(const Wanted& wanted) {
    return kube::events_about({.kind = kube::kCertificate,
                               .ns = wanted.ns,
                               .name = wanted.names.size() == 1 ? wanted.names.front() : ""});
}

/// An Event of an earlier object of that name is not about this one.
bool is_about(const json::Value& event, const Material& material) {
    const std::string_view uid = event.text({"involvedObject", "uid"});
    const std::string& own = material.certificate.meta.uid;
    return event.text({"involvedObject", "kind"}) == kube::kCertificate.kind &&
           event.text({"involvedObject", "name"}) == material.key.name &&
           event.text({"metadata", "namespace"}) == material.key.ns &&
           (own.empty() || uid.empty() || uid == own);
}

void add_users(const Listed& listed, const kube::Kind& kind, Material& material) {
    for (const json::Value& object : listed.objects) {
        if (auto user = as_user(object, kind, material.secret.key)) {
            material.users.push_back(std::move(*user));
        }
    }
}

}  // namespace

Lists::Lists(kube::ObjectStore& store, const Wanted& wanted)
    : events_(store, kube::kEvent, events_of(wanted)),
      ingresses_(store, kube::kIngress, {.ns = wanted.ns}),
      gateways_(store, kube::kGateway, {.ns = wanted.ns}) {}

void Lists::hand_out(std::vector<Material>& materials, const std::stop_token& stop) {
    const Listed& events = events_.get(stop);
    const Listed& ingresses = ingresses_.get(stop);
    const Listed& gateways = gateways_.get(stop);
    for (Material& material : materials) {
        material.events_error = events.error;
        material.ingresses_error = ingresses.error;
        material.gateways_error = gateways.error;
        for (const json::Value& object : events.objects) {
            if (is_about(object, material)) {
                material.events.push_back(api::decode_event(object));
            }
        }
        add_users(ingresses, kube::kIngress, material);
        add_users(gateways, kube::kGateway, material);
    }
}

}  // namespace kcert::report
