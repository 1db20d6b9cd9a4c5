// SPDX-License-Identifier: Apache-2.0
//
// The requests that change objects on an API server. Pure.

#pragma once

#include "json/value.h"
#include "kube/api_client.h"
#include "kube/object_store.h"

namespace kcert::kube {

/// Whether the server stores what it is given, or only judges it.
enum class Storing { Real, DryRun };

class WriteCalls {
  public:
    explicit WriteCalls(const ApiServerOptions& options)
        : field_manager_(options.field_manager), dry_run_(options.dry_run) {}

    /// Throws Error{Config} where the object is none of the known kinds or names no namespace.
    ApiCall create(const json::Value& object, Storing storing = Storing::Real) const;

    /// The half of the patch that `part` names, to where that half is written; with `at` Main a
    /// status goes to the object itself.
    ApiCall patch(const ObjectKey& key, const json::Value& merge_patch, Part part, Part at,
                  Storing storing = Storing::Real) const;

    ApiCall remove(const ObjectKey& key) const;

    /// Asks whether this user has a right.
    static ApiCall review(const Right& right);

  private:
    Query query(Storing storing) const;

    std::string field_manager_;
    bool dry_run_;
};

/// Whether a patch names the state of the object that it is meant for.
bool has_precondition(const json::Value& merge_patch);

}  // namespace kcert::kube
