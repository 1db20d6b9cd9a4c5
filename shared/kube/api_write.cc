// SPDX-License-Identifier: Apache-2.0

#include "kube/api_write.h"

#include <fmt/format.h>

#include "base/error.h"
#include "json/json.h"

namespace kcert::kube {
namespace {

constexpr const char* kJson = "application/json";
constexpr const char* kMergePatch = "application/merge-patch+json";

/// Not among the kinds that are known, for it is no object: it is asked and never stored.
constexpr Kind kReview{"authorization.k8s.io", "v1", "SelfSubjectAccessReview",
                       "selfsubjectaccessreviews", Scope::Cluster};

json::Value half_of(const json::Value& patch, Part part) {
    if (!patch.is_object()) {
        throw Error(ErrorKind::Internal, "a merge patch that is no object");
    }
    json::Value half = patch;
    if (part == Part::Main) {
        half.erase("status");
        return half;
    }
    half = json::Value::object();
    if (patch.has("status")) {
        half.set("status", patch["status"]);
    }
    for (const char* field : {"uid", "resourceVersion"}) {
        if (const std::string_view value = patch.text({"metadata", field}); !value.empty()) {
            half.member("metadata").set(field, value);
        }
    }
    return half;
}

}  // namespace

ApiCall WriteCalls::create(const json::Value& object, Storing storing) const {
    const ObjectKey key = key_of(object, "");
    if (const auto refusal = path_fault(key)) {
        throw StatusError(*refusal);
    }
    return {.asked = {.verb = "post", .kind = key.kind, .name = key.name},
            .method = "POST",
            .path = collection_path(key.kind, key.ns),
            .query = query(storing),
            .content_type = kJson,
            .body = json::write_json(object)};
}

ApiCall WriteCalls::patch(const ObjectKey& key, const json::Value& merge_patch, Part part, Part at,
                          Storing storing) const {
    return {.asked = {.verb = "patch", .kind = key.kind, .name = key.name},
            .method = "PATCH",
            .path = object_path(key, at == Part::Status ? "status" : ""),
            .query = query(storing),
            .content_type = kMergePatch,
            .body = json::write_json(half_of(merge_patch, part))};
}

ApiCall WriteCalls::remove(const ObjectKey& key) const {
    json::Value options = json::Value::object(
        {{"apiVersion", "v1"}, {"kind", "DeleteOptions"}, {"propagationPolicy", "Background"}});
    if (dry_run_) {
        options.set("dryRun", json::Value::array({"All"}));
    }
    return {.asked = {.verb = "delete", .kind = key.kind, .name = key.name},
            .method = "DELETE",
            .path = object_path(key),
            .content_type = kJson,
            .body = json::write_json(options)};
}

ApiCall WriteCalls::review(const Right& right) {
    json::Value attributes = json::Value::object(
        {{"verb", right.verb}, {"group", right.kind.group}, {"resource", right.kind.plural}});
    const std::pair<const char*, const std::string*> optional[] = {
        {"namespace", &right.ns}, {"name", &right.name}, {"subresource", &right.subresource}};
    for (const auto& [name, value] : optional) {
        if (!value->empty()) {
            attributes.set(name, *value);
        }
    }
    json::Value review =
        json::Value::object({{"apiVersion", kReview.api_version()}, {"kind", kReview.kind}});
    review.member("spec").set("resourceAttributes", std::move(attributes));
    return {.asked = {.verb = "post", .kind = kReview},
            .method = "POST",
            .path = collection_path(kReview, ""),
            .content_type = kJson,
            .body = json::write_json(review)};
}

Query WriteCalls::query(Storing storing) const {
    Query query;
    query.add("fieldManager", field_manager_);
    if (dry_run_ || storing == Storing::DryRun) {
        query.add("dryRun", "All");
    }
    return query;
}

bool has_precondition(const json::Value& merge_patch) {
    return !merge_patch.text({"metadata", "resourceVersion"}).empty() ||
           !merge_patch.text({"metadata", "uid"}).empty();
}

}  // namespace kcert::kube
