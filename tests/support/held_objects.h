// SPDX-License-Identifier: Apache-2.0
//
// HeldObjects is a store in memory that is only looked at. It may refuse kinds, as an API server
// does that a user has too few rights on.

#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "json/yaml.h"
#include "kube/read_only_store.h"
#include "kube/selection.h"

namespace kcert::testing {

class HeldObjects final : public kube::ReadOnlyStore {
  public:
    /// Every object names its namespace itself.
    explicit HeldObjects(std::string_view yaml) : objects_(json::parse_yaml(yaml)) {}

    void forbid(std::string_view kind) { forbidden_.emplace(kind); }
    /// Lists of that kind are answered so.
    void forbid(std::string_view kind, kube::StatusError refusal) {
        refusals_.emplace(kind, std::move(refusal));
    }

    std::vector<kube::Fetched> get_all(std::span<const kube::ObjectKey> keys,
                                       std::stop_token) override {
        std::vector<kube::Fetched> fetched;
        ++batches;
        for (const kube::ObjectKey& key : keys) {
            asked.push_back(key);
            if (forbidden_.contains(std::string(key.kind.kind))) {
                fetched.emplace_back(kube::StatusError(403, "Forbidden", "no right to read it"));
            } else {
                fetched.emplace_back(find(key));
            }
        }
        return fetched;
    }

    std::vector<json::Value> list(const kube::Kind& kind, const kube::Selection& selection,
                                  std::stop_token) override {
        if (const auto refusal = refusals_.find(std::string(kind.kind));
            refusal != refusals_.end()) {
            throw kube::StatusError(refusal->second);
        }
        if (forbidden_.contains(std::string(kind.kind))) {
            throw kube::StatusError(403, "Forbidden", "no right to list them");
        }
        const kube::Selector selector(selection);
        std::vector<json::Value> found;
        for (const json::Value& object : objects_) {
            const bool here =
                selection.ns.empty() || object.text({"metadata", "namespace"}) == selection.ns;
            if (object.text({"kind"}) == kind.kind && here && selector.matches(object)) {
                found.push_back(object);
            }
        }
        return found;
    }

    std::string where() const override { return "memory"; }

    std::vector<kube::ObjectKey> asked;
    int batches = 0;  ///< calls of get_all

  private:
    std::optional<json::Value> find(const kube::ObjectKey& key) const {
        for (const json::Value& object : objects_) {
            if (object.text({"kind"}) == key.kind.kind &&
                object.text({"metadata", "name"}) == key.name &&
                object.text({"metadata", "namespace"}) == key.ns) {
                return object;
            }
        }
        return std::nullopt;
    }

    std::vector<json::Value> objects_;
    std::set<std::string> forbidden_;
    std::map<std::string, kube::StatusError> refusals_;
};

}  // namespace kcert::testing
