// SPDX-License-Identifier: Apache-2.0
//
// The service account of the pod that the program runs in.

#pragma once

#include <optional>
#include <string>

#include "session/environment.h"
#include "session/kubeconfig.h"

namespace kcert::session {

/// Whether the environment is that of a pod with a service account.
bool in_pod(const Environment& environment);

/// The API server as a pod reaches it. Without a CA where the pod has none that can be used.
Cluster pod_cluster(const Environment& environment);

/// The token's file is read again and again: it rotates.
User pod_user(const Environment& environment);

/// POD_NAMESPACE, else the service account's; empty: neither is known.
std::string pod_namespace(const Environment& environment);

}  // namespace kcert::session
