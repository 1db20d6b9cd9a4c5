// SPDX-License-Identifier: Apache-2.0
//
// A store seen through what was read of it already: for one description nothing is asked twice.
// Any thread may call.

#pragma once

#include <map>
#include <mutex>
#include <span>
#include <stop_token>
#include <string>
#include <variant>
#include <vector>

#include "kube/read_only_store.h"

namespace kcert::report {

class Reading final : public kube::ReadOnlyStore {
  public:
    /// `store` must outlive the reading.
    explicit Reading(kube::ObjectStore& store) : store_(store) {}

    /// Asks the store for those that are not known yet, in one batch.
    std::vector<kube::Fetched> get_all(std::span<const kube::ObjectKey> keys,
                                       std::stop_token stop) override;
    /// Answered from a list of all namespaces too, where one was read.
    std::vector<json::Value> list(const kube::Kind& kind, const kube::Selection& selection,
                                  std::stop_token stop) override;

    /// What was read elsewhere.
    void know(const kube::ObjectKey& key, const json::Value& object);
    /// The object is asked for again when it is needed next.
    void forget(const kube::ObjectKey& key);

    std::string where() const override { return store_.where(); }
    std::string file_of(const kube::ObjectKey& key) const override { return store_.file_of(key); }

  private:
    using Answer = std::variant<std::vector<json::Value>, kube::StatusError>;

    /// Null where it is not known. Throws the StatusError in its place.
    const std::vector<json::Value>* known_list(const std::string& id) const;

    kube::ObjectStore& store_;
    mutable std::mutex mutex_;
    std::map<std::string, kube::Fetched> objects_;  ///< by describe()
    std::map<std::string, Answer> lists_;           ///< by what was asked for
};

}  // namespace kcert::report
