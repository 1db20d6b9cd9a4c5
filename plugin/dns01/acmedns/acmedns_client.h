// SPDX-License-Identifier: Apache-2.0
//
// The API of an acme-dns server. It keeps the last two values of each subdomain and gives them to
// whoever asks; nothing is removed. Any thread may call.

#pragma once

#include <stop_token>
#include <string>

#include "base/clock.h"
#include "dns01/acmedns/acmedns_config.h"
#include "dns01/service/service_client.h"
#include "net/http_client.h"

namespace kcert::dns01::acmedns {

class AcmeDnsClient {
  public:
    /// `host` is a URL. `http` and `clock` must outlive it.
    AcmeDnsClient(std::string host, net::HttpClient& http, const Clock& clock);

    /// Adds a value; the older of the two that are there goes. Throws Error; Transport or TimedOut
    /// where it may have been added all the same.
    void update(const AcmeDnsAccount& account, const std::string& value, std::stop_token stop);

    /// Whether it answers. Throws Error where it does not.
    void check_health(std::stop_token stop);

  private:
    std::string host_;
    ServiceClient service_;
};

}  // namespace kcert::dns01::acmedns
