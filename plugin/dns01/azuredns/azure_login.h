// SPDX-License-Identifier: Apache-2.0
//
// The access token of an application at Microsoft Entra ID (RFC 6749 §4.4): fetched when it is
// needed, kept in memory until shortly before it expires. Any thread may call.

#pragma once

#include <stop_token>
#include <string>

#include "base/clock.h"
#include "base/sensitive.h"
#include "dns01/azuredns/azuredns_config.h"
#include "dns01/service/access_token.h"
#include "dns01/service/service_client.h"
#include "net/http_client.h"

namespace kcert::dns01::azuredns {

class AzureLogin {
  public:
    /// `config`, `http` and `clock` must outlive it.
    AzureLogin(const AzureDnsConfig& config, net::HttpClient& http, const Clock& clock);

    /// Fetches a token unless one is held that lasts for some minutes yet. Throws Error: Declined
    /// where the application is refused.
    void ensure(const std::stop_token& stop);

    /// Adds the token. REQUIRES: ensure() before.
    void authorize(net::Request& request) const { token_.authorize(request); }

    /// The token that authorize() adds.
    Sensitive token() const { return token_.token(); }

  private:
    std::string form() const;

    const AzureDnsConfig& config_;
    AccessToken token_;
    ServiceClient client_;
};

}  // namespace kcert::dns01::azuredns
