// SPDX-License-Identifier: Apache-2.0
//
// The real HttpClient: one thread, one curl multi handle, HTTP/2 where the server speaks it,
// connections kept and shared by Route and host. TLS 1.2 at least; no redirects; no cookies; only
// http and https. The thread and curl itself start with the first exchange.

#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "net/http_client.h"

namespace kcert::net {

/// What of the user's environment decides how servers are reached; main and session fill it in.
struct NetworkSettings {
    std::string user_agent;     ///< "kubectl-cert/0.1.0 (linux/amd64)"
    std::string https_proxy;    ///< HTTPS_PROXY or https_proxy; empty: none
    std::string http_proxy;     ///< http_proxy, for http URLs
    std::string no_proxy;       ///< NO_PROXY: hosts, .domains, CIDRs, "*"
    std::string ssl_cert_file;  ///< SSL_CERT_FILE
    std::string ssl_cert_dir;   ///< SSL_CERT_DIR
};

class CurlHttpClient final : public HttpClient {
  public:
    explicit CurlHttpClient(NetworkSettings settings);
    ~CurlHttpClient() override;

    void exchange(RequestSource& source, std::size_t window, std::stop_token stop) override;

  private:
    class Loop;  // the thread and its multi handle
    class Exchange;
    NetworkSettings settings_;
    std::once_flag started_;
    std::unique_ptr<Loop> loop_;
};

}  // namespace kcert::net
