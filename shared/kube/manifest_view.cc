// SPDX-License-Identifier: Apache-2.0

#include "kube/manifest_view.h"

#include <algorithm>
#include <optional>

#include "kube/selection.h"

namespace kcert::kube {

bool is_of(const json::Value& object, const Kind& kind) {
    return object.text({"kind"}) == kind.kind && object.text({"apiVersion"}) == kind.api_version();
}

ObjectKey ManifestView::key_of(const json::Value& object, const Kind& kind) const {
    const std::string_view ns = object.text({"metadata", "namespace"});
    ObjectKey key{.kind = kind, .name = std::string(object.text({"metadata", "name"}))};
    if (kind.scope == Scope::Namespaced) {
        key.ns = ns.empty() ? default_namespace_ : std::string(ns);
    }
    return key;
}

const ManifestObject* ManifestView::find(const ObjectKey& key) const {
    for (const ManifestObject& held : objects_) {
        if (is_of(held.object, key.kind) && key_of(held.object, key.kind) == key) {
            return &held;
        }
    }
    return nullptr;
}

std::vector<Fetched> ManifestView::get_all(std::span<const ObjectKey> keys, std::stop_token stop) {
    std::vector<Fetched> fetched =
        below_ == nullptr ? std::vector<Fetched>(keys.size(), std::optional<json::Value>())
                          : below_->get_all(keys, std::move(stop));
    for (std::size_t i = 0; i < keys.size(); ++i) {
        if (const ManifestObject* const held = find(keys[i])) {
            fetched[i] = std::optional(held->object);
        }
    }
    return fetched;
}

std::vector<json::Value> ManifestView::list(const Kind& kind, const Selection& selection,
                                            std::stop_token stop) {
    const Selector selector(selection);
    std::vector<json::Value> listed;
    for (const ManifestObject& held : objects_) {
        if (is_of(held.object, kind) && selector.matches(held.object) &&
            (selection.ns.empty() || key_of(held.object, kind).ns == selection.ns)) {
            listed.push_back(held.object);
            if (held.object["metadata"].is_object()) {
                listed.back().member("metadata").set("namespace", key_of(held.object, kind).ns);
            }
        }
    }
    if (below_ != nullptr) {
        for (json::Value& object : below_->list(kind, selection, std::move(stop))) {
            if (find(key_of(object, kind)) == nullptr) {
                listed.push_back(std::move(object));
            }
        }
    }
    return listed;
}

std::string ManifestView::file_of(const ObjectKey& key) const {
    const ManifestObject* const held = find(key);
    return held != nullptr ? held->file : below_ != nullptr ? below_->file_of(key) : "";
}

std::string ManifestView::where() const {
    return below_ == nullptr ? "the files of -f" : "the files of -f and " + below_->where();
}

}  // namespace kcert::kube
