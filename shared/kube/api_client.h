// SPDX-License-Identifier: Apache-2.0
//
// Calls to one API server: who asks is added, what may be sent again is, warnings are told, and the
// server's time is kept. Knows paths and answers, not what they mean. Any thread may call.

#pragma once

#include <atomic>
#include <functional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.h"
#include "kube/api_path.h"
#include "kube/cluster.h"
#include "kube/status_answer.h"
#include "kube/warnings.h"
#include "net/http_client.h"

namespace kcert::kube {

struct ApiServerOptions {
    /// Told of each warning once: of the server's, and of what this user may not do and can do
    /// without. Any thread may call it; may be empty.
    std::function<void(const std::string&)> warn;
    bool dry_run = false;  ///< the server judges every write and stores none
    std::string field_manager = "kubectl-cert";
    std::string holder_identity = {};  ///< of this run's claims; see lease.h
};

struct ApiCall {
    Asked asked;
    std::string method = "GET";
    std::string path;
    Query query = {};
    std::string content_type = {};
    std::string body = {};
    std::size_t max_body = kObjectSize;

    /// An object has at most 1.5 MiB where it is stored; written out as JSON, it grows.
    static constexpr std::size_t kObjectSize = 16UL << 20;
    static constexpr std::size_t kListSize = 64UL << 20;
};

/// Reads one object.
ApiCall get_call(const ObjectKey& key);

class ApiClient {
  public:
    /// `http` and `clock` must outlive it.
    ApiClient(ClusterAccess access, net::HttpClient& http, const Clock& clock,
              std::function<void(const std::string&)> warn);

    /// Sends all beside each other and gives the answers in the order of the calls, whatever their
    /// status. Throws Error where one of them got none, after all have ended: "Unable to connect to
    /// the server: …".
    std::vector<net::Response> send_all(std::span<const ApiCall> calls, std::stop_token stop);
    net::Response send(const ApiCall& call, std::stop_token stop);

    /// The time by the server's clock, as its last answer told it; ours before the first.
    Time server_now() const;

    void warn(const std::string& text) { warnings_.tell_once(text); }
    const Clock& clock() const { return clock_; }
    const ClusterAccess& access() const { return access_; }

  private:
    net::Request request_for(const ApiCall& call, Duration spent, const std::stop_token& stop);
    void heed(const net::Request& request, const net::Response& response);

    ClusterAccess access_;
    net::HttpClient& http_;
    const Clock& clock_;
    Warnings warnings_;
    std::atomic<Duration::rep> server_ahead_ = 0;
};

}  // namespace kcert::kube
