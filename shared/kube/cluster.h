// SPDX-License-Identifier: Apache-2.0
//
// How an API server is reached and who asks. The plugin's session fills it from a kubeconfig, a
// webhook from its service account; ApiServerStore uses it.

#pragma once

#include <chrono>
#include <memory>
#include <stop_token>
#include <string>

#include "net/http_client.h"
#include "net/route.h"

namespace kcert::kube {

/// What proves who asks: a token, a certificate, a program that gives either. Any thread may call.
class Credentials {
  public:
    virtual ~Credentials() = default;

    /// Adds the proof to a request: an Authorization header, a client certificate in its Route. May
    /// read a file, run a program or ask a server, and keeps what it got for as long as it holds.
    /// Throws Error: Config or Transport with the cause, Cancelled.
    virtual void add_to(net::Request& request, std::stop_token stop) = 0;

    /// The API server answered 401 to `request`, which add_to() had prepared: what was added to it
    /// is not used again.
    virtual void refused(const net::Request& /*request*/) {}
};

struct ClusterAccess {
    std::string server;  ///< "https://host:6443", with a path where it has one; no slash at the end
    net::Route route;    ///< trust, proxy, server name
    net::Headers headers;                                   ///< impersonation, of every request
    net::Compression compression = net::Compression::Gzip;  ///< of answers
    std::shared_ptr<Credentials> credentials;               ///< null: nobody in particular asks
    std::chrono::milliseconds request_timeout{};            ///< of one request; zero: none
    std::string name;                                       ///< for people: "context prod"
};

}  // namespace kcert::kube
