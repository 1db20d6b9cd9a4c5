// SPDX-License-Identifier: Apache-2.0
//
// Which proxy leads to a URL, by the rules of Go's httpproxy that kubectl users know: NO_PROXY
// takes hosts, .domains, host:port, IPs, CIDRs and "*"; loopback never goes through a proxy.

#pragma once

#include <string>
#include <string_view>

namespace kcert::net {

struct NetworkSettings;

/// The proxy's URL; empty: reach the host directly.
std::string proxy_for(const NetworkSettings& settings, std::string_view url);

/// A proxy as curl is told of it, and as a person may see it.
struct Proxy {
    std::string url;    ///< with scheme, port and, where given, user and password; a secret
    std::string place;  ///< host:port
};

/// "proxy.test:3128", "http://user:password@proxy.test", socks5 …; an HTTP proxy where no scheme is
/// written. Host names are always left to a SOCKS proxy. Throws Error (Config) without showing
/// `text`.
Proxy parse_proxy(std::string_view text);

}  // namespace kcert::net
