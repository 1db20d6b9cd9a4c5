// SPDX-License-Identifier: Apache-2.0
//
// Signed requests to one CA under one account key (RFC 8555 §6). Knows nonces, badNonce, waiting
// and trying again; knows nothing of accounts and orders. One thread at a time.

#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <variant>
#include <vector>

#include "acme/directory.h"
#include "acme/nonces.h"
#include "acme/problem.h"
#include "base/clock.h"
#include "crypto/key.h"
#include "net/http_client.h"

namespace kcert::acme {

struct TransportOptions {
    net::Route route;
    Time until = Time::max();  ///< no wait goes beyond it
    std::uint64_t seed = 0;    ///< of the jitter between tries
    std::size_t window = 10;   ///< requests in flight at once
    /// Told before a wait that the CA asked for (Retry-After of a 429 or 503).
    std::function<void(Time until)> told_to_wait = [](Time) {};
};

/// What to do with a POST whose answer was lost, or was a 5xx: it may have taken effect.
enum class AfterFault {
    Repeat,  ///< doing it twice does no harm
    Report,  ///< give Uncertain: the caller looks first
};

struct Post {
    std::string url;
    std::optional<std::string> payload = {};  ///< JSON text; nothing: POST-as-GET
    AfterFault after_fault = AfterFault::Repeat;
    std::string accept = {};  ///< media type asked for; empty: any
};

/// The request was sent and nobody knows whether it took effect.
struct Uncertain {
    Error cause;
};

/// A success (2xx), the CA's refusal, why there is no usable answer, or not knowing.
using PostOutcome = std::variant<net::Response, ProblemError, Error, Uncertain>;

/// The answer in `outcome`; throws what it holds instead.
const net::Response& answer(const PostOutcome& outcome);

/// For the summary of a run.
struct RequestCounts {
    int posts = 0;     ///< sent, those with a refused nonce included
    int nonces = 0;    ///< newNonce
    int rejected = 0;  ///< posts refused with badNonce

    int total() const { return posts + nonces; }
};

class Transport {
  public:
    /// `http` and `clock` must outlive it.
    Transport(net::HttpClient& http, const Clock& clock, Directory directory,
              crypto::PrivateKey account_key, TransportOptions options);

    /// From now on requests are signed as this account ("kid") instead of with the key itself.
    void set_account_url(std::string url);
    const std::string& account_url() const { return account_url_; }

    /// Sends one; throws ProblemError or Error where it did not succeed, an unknown effect
    /// included.
    net::Response post(const Post& post, std::stop_token stop);
    /// POST-as-GET.
    net::Response fetch(const std::string& url, std::stop_token stop);
    /// Sends all, up to `window` at once. Outcomes stand in the order of the posts.
    std::vector<PostOutcome> post_all(std::span<const Post> posts, std::stop_token stop);

    /// Waits between polls. Throws Error{TimedOut} at once where the wait would go beyond `until`,
    /// naming `what` and the time, and Error{Cancelled} when stopped.
    void wait(Duration duration, std::string_view what, std::stop_token stop);

    const Directory& directory() const { return directory_; }
    const crypto::PrivateKey& account_key() const { return key_; }
    const Clock& clock() const { return clock_; }
    const RequestCounts& counts() const { return counts_; }

  private:
    class Batch;

    net::HttpClient& http_;
    const Clock& clock_;
    Directory directory_;
    crypto::PrivateKey key_;
    TransportOptions options_;
    std::string account_url_;
    Nonces nonces_;
    RequestCounts counts_;
};

}  // namespace kcert::acme
