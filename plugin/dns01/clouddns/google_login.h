// SPDX-License-Identifier: Apache-2.0
//
// The access token of a Google credential (RFC 6749, RFC 7523): fetched when it is needed, kept in
// memory until shortly before it expires. Any thread may call.

#pragma once

#include <stop_token>
#include <string>

#include "base/clock.h"
#include "base/sensitive.h"
#include "dns01/clouddns/google_credential.h"
#include "dns01/clouddns/google_error.h"
#include "dns01/service/access_token.h"
#include "dns01/service/service_client.h"
#include "net/http_client.h"

namespace kcert::dns01::clouddns {

class GoogleLogin {
  public:
    /// `http` and `clock` must outlive it.
    GoogleLogin(GoogleCredential credential, std::string project, net::HttpClient& http,
                const Clock& clock);
    GoogleLogin(const GoogleLogin&) = delete;
    GoogleLogin& operator=(const GoogleLogin&) = delete;

    /// Fetches a token unless one is held that lasts for some minutes yet. Throws Error: Declined
    /// where Google refuses the credential.
    void ensure(const std::stop_token& stop);

    /// Adds the token. REQUIRES: ensure() before.
    void authorize(net::Request& request) const;

    /// The token that authorize() adds.
    Sensitive token() const { return token_.token(); }
    const Asking& asking() const { return asking_; }

  private:
    std::string assertion() const;
    std::string body();

    const GoogleCredential credential_;
    const Asking asking_;
    const Clock& clock_;
    Sensitive sent_;  ///< the secret part of the last login
    AccessToken token_;
    ServiceClient client_;
};

}  // namespace kcert::dns01::clouddns
