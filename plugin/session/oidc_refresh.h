// SPDX-License-Identifier: Apache-2.0
//
// OpenID Connect as far as a new id-token needs it: the issuer's discovery document and a refresh
// token grant (RFC 6749 §6). Knows no kubeconfig.

#pragma once

#include <stop_token>
#include <string>

#include "base/sensitive.h"
#include "net/http_client.h"
#include "net/route.h"

namespace kcert::session {

struct OidcClient {
    std::string issuer_url;
    std::string id;
    Sensitive secret;
    net::Route route;  ///< trust of the issuer
};

struct OidcTokens {
    Sensitive id_token;
    Sensitive refresh_token;  ///< empty: none, or not another one
};

/// Throws Error: Config where the issuer refuses or says nothing useful, and for an issuer that is
/// not reached by https (http on loopback only); Transport, TimedOut, Cancelled.
OidcTokens refresh_tokens(net::HttpClient& http, const OidcClient& client,
                          const Sensitive& refresh_token, std::stop_token stop);

}  // namespace kcert::session
