// SPDX-License-Identifier: Apache-2.0
//
// A CA's directory (RFC 8555 §7.1.1): where its services are and what it says about itself.

#pragma once

#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "net/http_client.h"

namespace kcert::acme {

struct Directory {
    std::string url;  ///< its own
    std::string new_nonce;
    std::string new_account;
    std::string new_order;
    std::string revoke_cert;  ///< this and the next two: empty where not offered
    std::string key_change;
    std::string renewal_info;

    std::string terms_of_service;  ///< URL to show; empty where there are none
    std::string website;
    bool external_account_required = false;
    std::vector<std::string> caa_identities;
    std::vector<std::pair<std::string, std::string>> profiles;  ///< name and description
};

/// Asks for the directory: few tries on faults, Retry-After honoured up to `until`. Throws
/// Error{Config} where `url` is unusable or what answers there is no ACME directory, else as net.
Directory fetch_directory(net::HttpClient& http, const Clock& clock, const std::string& url,
                          const net::Route& route, Time until, std::stop_token stop);

}  // namespace kcert::acme
