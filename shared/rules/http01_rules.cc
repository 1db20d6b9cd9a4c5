// SPDX-License-Identifier: Apache-2.0

#include <string>

#include "rules/issuer_rules.h"

namespace kcert::rules {
namespace {

void check_service_type(const json::Value& object, const json::FieldPath& path,
                        Verdicts& verdicts) {
    const std::string_view type = object.text({"serviceType"});
    if (!type.empty() && type != "ClusterIP" && type != "NodePort") {
        verdicts.invalid("issuer/http01-service-type", path.child("serviceType"), std::string(type),
                         "optional field serviceType must be one of [ClusterIP NodePort]");
    }
}

void check_pod_metadata(const json::Value& metadata, const json::FieldPath& path,
                        Verdicts& verdicts) {
    if (!metadata.is_object()) {
        return;
    }
    for (const auto& [name, value] : metadata.as_object()) {
        if (name != "labels" && name != "annotations" && !value.is_null()) {
            verdicts.invalid("issuer/http01-pod-metadata", path.child(name), name,
                             "only labels and annotations may be set on the pod's metadata");
        }
    }
}

}  // namespace

void check_http01(const json::Value& http01, const json::FieldPath& path, Verdicts& verdicts) {
    check_service_type(http01, path, verdicts);
    const json::Value& ingress = http01["ingress"];
    const json::FieldPath ingress_path = path.child("ingress");
    check_service_type(ingress, ingress_path, verdicts);
    if (!ingress.text({"class"}).empty() && !ingress.text({"name"}).empty()) {
        verdicts.forbidden("issuer/http01-ingress-exclusive", ingress_path,
                           "only one of 'class' and 'name' may be specified");
    }
    check_pod_metadata(ingress.at({"podTemplate", "metadata"}),
                       ingress_path.child("podTemplate").child("metadata"), verdicts);
}

}  // namespace kcert::rules
