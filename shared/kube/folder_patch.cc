// SPDX-License-Identifier: Apache-2.0

#include "kube/folder_patch.h"

#include "base/error.h"
#include "json/merge_patch.h"

namespace kcert::kube {
namespace {

// What the place gives an object; patches and manifests do not.
constexpr std::string_view kOwnFields[] = {"uid", "resourceVersion", "creationTimestamp",
                                           "generation", "managedFields"};

}  // namespace

json::Value effective_patch(json::Value patch, Part part) {
    if (!patch.is_object()) {
        throw Error(ErrorKind::Internal, "a merge patch that is no object");
    }
    if (part == Part::Status) {
        return patch.has("status") ? json::Value::object({{"status", patch["status"]}})
                                   : json::Value::object();
    }
    for (const char* field : {"status", "apiVersion", "kind"}) {
        patch.erase(field);
    }
    if (!patch["metadata"].is_object()) {
        patch.erase("metadata");
    } else {
        json::Value& metadata = patch.member("metadata");
        for (const std::string_view field : kOwnFields) {
            metadata.erase(field);
        }
        metadata.erase("name");
        metadata.erase("namespace");
    }
    return patch;
}

json::Value marked(json::Value object, std::string_view created) {
    json::Value& metadata = object.member("metadata");
    for (const std::string_view field : kOwnFields) {
        metadata.erase(field);
    }
    json::Value& annotations = metadata.member("annotations");
    if (!annotations.is_null() && !annotations.is_object()) {
        throw Error(ErrorKind::Config, "metadata.annotations: must be an object");
    }
    annotations.set(kCreatedAnnotation, created);
    return object;
}

json::Value extended_overlay(const FolderObject& object, const json::Value& patch) {
    if (object.overlay.is_null()) {
        return patch;
    }
    const json::Value wanted =
        json::merge_patch(json::merge_patch(object.base, object.overlay), patch);
    json::Value combined = json::combine_patches(object.overlay, patch);
    // An object that was removed and comes back is nothing that a combination can say; the
    // difference to what the file says now can.
    return json::merge_patch(object.base, combined) == wanted
               ? combined
               : json::make_patch(object.base, wanted);
}

}  // namespace kcert::kube
