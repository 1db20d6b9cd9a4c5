// SPDX-License-Identifier: Apache-2.0
//
// How a server is reached and believed: trust, client certificate, proxy, server name. Part of
// the key under which connections are shared. The default: the system's trust, the proxies of
// the environment (handed to CurlHttpClient by main), nothing else.

#pragma once

#include <string>

#include "base/sensitive.h"

namespace kcert::net {

struct Route {
    std::string ca_pem;        ///< only these roots count, for proxy_url too; empty: the system's
    std::string trust_advice;  ///< how a person has another CA trusted; told where none is
    bool skip_tls_verify = false;  ///< the user's explicit wish; the caller has warned
    std::string client_cert_pem;   ///< with client_key_pem: TLS client authentication
    Sensitive client_key_pem;
    std::string proxy_url;        ///< http, https or socks5h; empty: from the environment
    std::string tls_server_name;  ///< checked in place of the URL's host; empty: the URL's host

    bool operator==(const Route&) const = default;
};

}  // namespace kcert::net
