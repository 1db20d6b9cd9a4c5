// SPDX-License-Identifier: Apache-2.0
//
// HTTP exchanges, seen from the client. ACME, the API server and the DNS services all speak
// through this interface; CurlHttpClient is the real one, ScriptedHttp the tests' one.

#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/error.h"
#include "net/route.h"

namespace kcert::net {

/// In order, repeated names allowed (Link, Warning); names of an answer in lower case.
using Headers = std::vector<std::pair<std::string, std::string>>;

/// What an answer may be packed in on its way; whoever sent the request sees it unpacked.
enum class Compression { None, Gzip };

struct Request {
    std::string method = "GET";
    std::string url;
    Headers headers;  ///< User-Agent is added where it is missing
    std::string body;
    Route route;
    Compression compression = Compression::None;
    std::size_t max_body = 1 << 20;  ///< bytes, unpacked; a longer one is a Transport error
    std::chrono::milliseconds timeout{30'000};  ///< of the whole exchange
};

struct Response {
    int status = 0;
    Headers headers;
    std::string body;

    /// The first header of that name (lower case); nothing where there is none.
    std::optional<std::string> header(std::string_view name) const;
};

/// An answer, whatever its status, or why none arrived (ErrorKind::Transport, TimedOut, Cancelled;
/// Config where trying again cannot help: a certificate that is not trusted, a URL that is none).
/// A Transport error names host and cause ("connecting to ca.test:443: connection refused"), and is
/// refused() where nothing listens there, cut_off() where the connection broke.
using Outcome = std::variant<Response, Error>;

/// Gives the requests of one exchange, each when there is room for it.
class RequestSource {
  public:
    virtual ~RequestSource() = default;

    /// The next request; nothing when there are none for now. Asked again after every done(), so
    /// that a source may hold a request back until an answer has brought what it needs; the
    /// exchange ends when nothing is in flight and next() gives nothing.
    virtual std::optional<Request> next() = 0;

    /// Told once for each request, as answers arrive; `index` counts those of next() from 0.
    virtual void done(std::size_t index, Outcome outcome) = 0;
};

/// Any thread may call. The source is called on the caller's thread only.
class HttpClient {
  public:
    virtual ~HttpClient() = default;

    /// Keeps up to `window` requests of `source` in flight until it has no more. Sends each once,
    /// follows no redirect; one failure does not hold the others back.
    virtual void exchange(RequestSource& source, std::size_t window, std::stop_token stop) = 0;
};

/// The answer in `outcome`. Throws its Error where there is none.
const Response& response(const Outcome& outcome);

/// Sends one request and returns its answer. Throws Error: Transport, TimedOut or Cancelled.
Response send(HttpClient& http, const Request& request, std::stop_token stop);

/// Sends all, at most 10 at a time. Outcomes stand in the order of the requests.
std::vector<Outcome> send_all(HttpClient& http, std::span<const Request> requests,
                              std::stop_token stop);

}  // namespace kcert::net
