// SPDX-License-Identifier: Apache-2.0
//
// What -f holds, seen as a store, above another store where there is one. Only for looking: every
// change is Error{Internal}.

#pragma once

#include <span>
#include <string>

#include "kube/manifest_reader.h"
#include "kube/object_store.h"

namespace kcert::commands {

class ManifestView final : public kube::ObjectStore {
  public:
    /// `objects` and `below` must outlive the view; `below` is null where nothing else is known.
    ManifestView(std::span<const kube::ManifestObject> objects, std::string default_namespace,
                 kube::ObjectStore* below)
        : objects_(objects), default_namespace_(std::move(default_namespace)), below_(below) {}

    std::vector<kube::Fetched> get_all(std::span<const kube::ObjectKey> keys,
                                       std::stop_token stop) override;
    std::vector<json::Value> list(const kube::Kind& kind, const kube::Selection& selection,
                                  std::stop_token stop) override;

    std::vector<json::Value> create_all(std::span<const json::Value> objects,
                                        std::stop_token stop) override;
    json::Value patch(const kube::ObjectKey& key, const json::Value& merge_patch, kube::Part part,
                      std::stop_token stop) override;
    bool remove(const kube::ObjectKey& key, std::stop_token stop) override;
    std::unique_ptr<kube::Claim> claim(const kube::ObjectKey& key, std::stop_token stop) override;

    std::string where() const override;

    /// The key of one of the objects; an empty name where it has none.
    kube::ObjectKey key_of(const json::Value& object, const kube::Kind& kind) const;

  private:
    const json::Value* find(const kube::ObjectKey& key) const;

    std::span<const kube::ManifestObject> objects_;
    std::string default_namespace_;
    kube::ObjectStore* below_;
};

/// Whether an object's apiVersion and kind are those of `kind`.
bool is_of(const json::Value& object, const kube::Kind& kind);

}  // namespace kcert::commands
