// SPDX-License-Identifier: Apache-2.0
//
// What is read beside the rest, each on a thread of its own: lists, claims. They begin when they
// are made and are stopped when they go. One thread owns them.

#pragma once

#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "base/background.h"
#include "kube/object_store.h"

namespace kcert::report {

struct Listed {
    std::vector<json::Value> objects;
    std::string error;  ///< why there are none; empty too where the place has no such kind
};

class SideList {
  public:
    /// `store` must outlive the list.
    SideList(kube::ObjectStore& store, const kube::Kind& kind, kube::Selection selection);

    /// Waits for it. Throws Error{Cancelled}.
    const Listed& get(const std::stop_token& stop) { return list_.get(stop); }

  private:
    Background<Listed> list_;
};

struct Claimed {
    std::optional<std::string> holder;
    std::string error;  ///< why that cannot be told
};

class SideClaims {
  public:
    /// A few at a time. `store` must outlive the claims.
    SideClaims(kube::ObjectStore& store, std::vector<kube::ObjectKey> keys);

    /// In the order of the keys; waits for them. Throws Error{Cancelled}.
    std::vector<Claimed> get(const std::stop_token& stop);

  private:
    std::size_t count_;
    std::vector<std::unique_ptr<Background<std::vector<Claimed>>>> workers_;
};

/// Guard: reads a part of a description. Why it could not be read; empty where it was. Throws
/// Error{Cancelled}.
template <typename Read>
std::string reading_failure(Read&& read) {
    try {
        read();
        return {};
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::Cancelled) {
            throw;
        }
        return error.what();
    }
}

}  // namespace kcert::report
