// SPDX-License-Identifier: Apache-2.0
//
// What -f holds, seen as a store, above another store where there is one.

#pragma once

#include <span>
#include <string>

#include "kube/manifest_reader.h"
#include "kube/read_only_store.h"

namespace kcert::kube {

class ManifestView final : public ReadOnlyStore {
  public:
    /// `objects` and `below` must outlive the view; `below` is null where nothing else is known.
    ManifestView(std::span<const ManifestObject> objects, std::string default_namespace,
                 ObjectStore* below)
        : objects_(objects), default_namespace_(std::move(default_namespace)), below_(below) {}

    std::vector<Fetched> get_all(std::span<const ObjectKey> keys, std::stop_token stop) override;
    std::vector<json::Value> list(const Kind& kind, const Selection& selection,
                                  std::stop_token stop) override;

    std::string where() const override;
    std::string file_of(const ObjectKey& key) const override;

    /// The key of one of the objects; an empty name where it has none.
    ObjectKey key_of(const json::Value& object, const Kind& kind) const;

  private:
    const ManifestObject* find(const ObjectKey& key) const;

    std::span<const ManifestObject> objects_;
    std::string default_namespace_;
    ObjectStore* below_;
};

/// Whether an object's apiVersion and kind are those of `kind`.
bool is_of(const json::Value& object, const Kind& kind);

}  // namespace kcert::kube
