// SPDX-License-Identifier: Apache-2.0
//
// client-go's auth-provider oidc: an id-token that is refreshed before it expires, and the new one
// written back into the kubeconfig. Any thread may call; one refresh at a time.

#pragma once

#include <stop_token>
#include <string>

#include "kube/cluster.h"
#include "session/credentials_world.h"
#include "session/kubeconfig.h"
#include "session/oidc_refresh.h"
#include "session/turns.h"

namespace kcert::session {

class OidcCredentials final : public kube::Credentials {
  public:
    /// REQUIRES: the user has an auth-provider. Throws Error{Config} where its config lacks what
    /// it must have, in client-go's words, and where the issuer's CA cannot be read.
    OidcCredentials(const User& user, CredentialsWorld world);

    /// Throws Error: Config where the token cannot be refreshed, Transport, TimedOut, Cancelled.
    /// That the new one could not be written back is a warning only.
    void add_to(net::Request& request, std::stop_token stop) override;

    /// The id-token that `request` carried is refreshed for the next one.
    void refused(const net::Request& request) override;

  private:
    void refresh(const std::stop_token& stop);

    const std::string user_;
    const std::string file_;
    const CredentialsWorld world_;
    OidcClient client_;
    Turns turns_;  ///< of what follows
    Sensitive id_token_;
    Sensitive refresh_token_;
};

}  // namespace kcert::session
