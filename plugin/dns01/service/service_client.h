// SPDX-License-Identifier: Apache-2.0
//
// One DNS service's HTTP API, as far as all of them are alike: credentials go over TLS only, no
// redirect is followed, answers are bounded, a busy or broken service is asked again for a while.
// Knows no zones and no records. Any thread may call.

#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "net/http_client.h"
#include "net/retry_after.h"

namespace kcert::dns01 {

/// Whether a call whose answer was lost may be sent again: one that would take effect twice may
/// only where the service has not looked at it (429, 503, no connection).
enum class Repeat { Always, IfNotTaken };

struct ServiceCall {
    std::string doing;  ///< "listing the zones": stands before what went wrong
    std::string method = "GET";
    std::string url;
    net::Headers headers = {};  ///< without credentials
    std::string body = {};
    Repeat repeat = Repeat::Always;
    std::size_t max_body = 4UL << 20U;  ///< bytes of the answer
};

struct ServiceTraits {
    std::string service;  ///< begins each message: "cloudflare"
    /// Adds the credentials, for each try anew. Any thread may call it.
    std::function<void(net::Request&)> authorize = [](net::Request&) {};
    /// What a refusal means and what to do, in plain words; empty: the HTTP status is all there is.
    /// The words of the service in it must be shortened and printable().
    std::function<std::string(const net::Response&)> explain = [](const net::Response&) {
        return std::string();
    };
    /// A refusal below 500, besides 429, that means "busy": asked again.
    std::function<bool(const net::Response&)> is_busy = [](const net::Response&) { return false; };
    /// How long an answer asks to be left alone; nothing where it does not say.
    std::function<std::optional<Duration>(const net::Response&, Time now)> asks_to_wait =
        net::retry_after;
    std::size_t window = 8;                        ///< calls of one send_all() in flight
    Duration patience = std::chrono::seconds(60);  ///< from a call's first try to its last
};

class ServiceClient {
  public:
    /// `http` and `clock` must outlive it.
    ServiceClient(ServiceTraits traits, net::HttpClient& http, const Clock& clock);

    /// The answers in the order of the calls, whatever their status: 404, 409 and 412 mean
    /// something to who asks. 429, 5xx and lost connections are tried again, with Retry-After where
    /// it is given, within the patience; what still stands then is the answer. Throws Error where a
    /// call got no answer: Transport, TimedOut; Cancelled where the run was stopped, also while it
    /// waited for another try; Config where a URL is not https (loopback aside).
    std::vector<net::Response> send_all(std::span<const ServiceCall> calls, std::stop_token stop);
    net::Response send(const ServiceCall& call, std::stop_token stop);

    /// As send(); throws failure() unless the status is 2xx.
    net::Response demand(const ServiceCall& call, std::stop_token stop);

    /// What an answer that is no success means: "cloudflare: listing the zones: …". Transport for
    /// 5xx, Declined for the others; names the instant that the answer asks to wait for.
    Error failure(const ServiceCall& call, const net::Response& response) const;

    const Clock& clock() const { return clock_; }

  private:
    class Tries;
    ServiceTraits traits_;
    net::HttpClient& http_;
    const Clock& clock_;
};

/// At most 300 bytes of a service's own words, printable and on one line.
std::string quoted_words(std::string_view text);

/// 2xx.
bool is_success(const net::Response& response);

}  // namespace kcert::dns01
