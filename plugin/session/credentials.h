// SPDX-License-Identifier: Apache-2.0
//
// What proves to an API server who the user of a kubeconfig is.

#pragma once

#include <memory>

#include "kube/cluster.h"
#include "session/credentials_world.h"
#include "session/kubeconfig.h"

namespace kcert::session {

/// Null where the user has none, and where the server is not reached by https: nothing is sent in
/// the clear. Of several, as in client-go: token and basic auth come before auth-provider and exec,
/// exec is for a user without anything else, a client certificate goes beside the others.
/// Throws Error{Config} for an auth-provider or an exec plugin of a kind that is not spoken, in
/// client-go's words; files are read and programs run when the first request needs it.
std::shared_ptr<kube::Credentials> make_credentials(const User& user, const Cluster& cluster,
                                                    const CredentialsWorld& world);

}  // namespace kcert::session
