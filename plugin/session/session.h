// SPDX-License-Identifier: Apache-2.0
//
// Where the user works: the place that holds the objects, and the namespace.

#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "kube/aggregated_api.h"
#include "kube/object_store.h"
#include "session/credentials_world.h"
#include "session/environment.h"
#include "session/session_flags.h"

namespace kcert::session {

struct Session {
    std::unique_ptr<kube::ObjectStore> store;
    kube::AggregatedApi* aggregated_api = nullptr;  ///< of the store's server; null: a folder
    std::string ns;
    std::string cluster;                ///< "context prod"; empty: a folder
    std::vector<std::string> warnings;  ///< for stderr, before the store is used
};

/// In a folder, or where no place is looked at: -n, else "default".
std::string namespace_of(const SessionFlags& flags);

/// The folder of --local, else the cluster that kubeconfig, flags and environment name. Sends
/// nothing yet. Throws Error{Config} where they name no place, or one that is not there. What
/// `world` refers to must outlive the session.
Session open(const SessionFlags& flags, const Environment& environment,
             const CredentialsWorld& world);

}  // namespace kcert::session
