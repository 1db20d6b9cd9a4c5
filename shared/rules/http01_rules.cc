// SPDX-License-Identifier: Apache-2.0

#include <string>

#include "rules/issuer_rules.h"

namespace kcert::rules {
namespace {

void check_service_type(const std::string& type, const json::FieldPath& path, Verdicts& verdicts) {
    if (!type.empty() && type != "ClusterIP" && type != "NodePort") {
        verdicts.invalid("issuer/http01-service-type", path.child("serviceType"), type,
                         "optional field serviceType must be one of [ClusterIP NodePort]");
    }
}

void check_ingress(const api::Http01::Ingress& ingress, const json::FieldPath& path,
                   Verdicts& verdicts) {
    check_service_type(ingress.service_type, path, verdicts);
    if (!ingress.ingress_class.empty() && !ingress.name.empty()) {
        verdicts.forbidden("issuer/http01-ingress-exclusive", path,
                           "only one of 'class' and 'name' may be specified");
    }
    for (const std::string& name : ingress.pod_metadata) {
        if (name != "labels" && name != "annotations") {
            verdicts.invalid("issuer/http01-pod-metadata",
                             path.child("podTemplate").child("metadata").child(name), name,
                             "only labels and annotations may be set on the pod's metadata");
        }
    }
}

}  // namespace

void check_http01(const api::Http01& http01, const json::FieldPath& path, Verdicts& verdicts) {
    check_service_type(http01.service_type, path, verdicts);
    if (http01.ingress) {
        check_ingress(*http01.ingress, path.child("ingress"), verdicts);
    }
}

}  // namespace kcert::rules
