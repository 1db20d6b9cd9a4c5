// SPDX-License-Identifier: Apache-2.0

#include "commands/manifest_view.h"

#include <algorithm>
#include <optional>

#include "base/error.h"
#include "kube/selection.h"

namespace kcert::commands {
namespace {

[[noreturn]] void refuse_change() {
    throw Error(ErrorKind::Internal, "what -f holds is only looked at");
}

}  // namespace

bool is_of(const json::Value& object, const kube::Kind& kind) {
    return object.text({"kind"}) == kind.kind && object.text({"apiVersion"}) == kind.api_version();
}

kube::ObjectKey ManifestView::key_of(const json::Value& object, const kube::Kind& kind) const {
    const std::string_view ns = object.text({"metadata", "namespace"});
    kube::ObjectKey key{.kind = kind, .name = std::string(object.text({"metadata", "name"}))};
    if (kind.scope == kube::Scope::Namespaced) {
        key.ns = ns.empty() ? default_namespace_ : std::string(ns);
    }
    return key;
}

const json::Value* ManifestView::find(const kube::ObjectKey& key) const {
    for (const kube::ManifestObject& held : objects_) {
        if (is_of(held.object, key.kind) && key_of(held.object, key.kind) == key) {
            return &held.object;
        }
    }
    return nullptr;
}

std::vector<kube::Fetched> ManifestView::get_all(std::span<const kube::ObjectKey> keys,
                                                 std::stop_token stop) {
    std::vector<kube::Fetched> fetched =
        below_ == nullptr ? std::vector<kube::Fetched>(keys.size(), std::optional<json::Value>())
                          : below_->get_all(keys, std::move(stop));
    for (std::size_t i = 0; i < keys.size(); ++i) {
        if (const json::Value* const held = find(keys[i])) {
            fetched[i] = std::optional(*held);
        }
    }
    return fetched;
}

std::vector<json::Value> ManifestView::list(const kube::Kind& kind,
                                            const kube::Selection& selection,
                                            std::stop_token stop) {
    const kube::Selector selector(selection);
    std::vector<json::Value> listed;
    for (const kube::ManifestObject& held : objects_) {
        if (is_of(held.object, kind) && selector.matches(held.object) &&
            (selection.ns.empty() || key_of(held.object, kind).ns == selection.ns)) {
            listed.push_back(held.object);
            listed.back().member("metadata").set("namespace", key_of(held.object, kind).ns);
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

std::vector<json::Value> ManifestView::create_all(std::span<const json::Value>, std::stop_token) {
    refuse_change();
}

json::Value ManifestView::patch(const kube::ObjectKey&, const json::Value&, kube::Part,
                                std::stop_token) {
    refuse_change();
}

bool ManifestView::remove(const kube::ObjectKey&, std::stop_token) {
    refuse_change();
}

std::unique_ptr<kube::Claim> ManifestView::claim(const kube::ObjectKey&, std::stop_token) {
    refuse_change();
}

std::string ManifestView::where() const {
    return below_ == nullptr ? "the files of -f" : "the files of -f and " + below_->where();
}

}  // namespace kcert::commands
