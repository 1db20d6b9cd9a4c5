// SPDX-License-Identifier: Apache-2.0

#include "acme/retry.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "net/retry_after.h"
#include "net/url.h"

namespace kcert::acme {

namespace {

/// Longer than any run; keeps the sum with `now` in range whatever the CA says.
constexpr Duration kLongestWait = std::chrono::hours(24 * 365);

Verdict judge(const net::Response& response) {
    const int status = response.status;
    if (status >= 200 && status < 300) {
        return Verdict::Success;
    }
    if (status == 429 || (status == 503 && response.header("retry-after"))) {
        return Verdict::Busy;
    }
    if (status >= 500) {
        return Verdict::Fault;
    }
    return read_problem(response).is("badNonce") ? Verdict::BadNonce : Verdict::Refused;
}

std::string describe_redirect(const std::string& url, const net::Response& response) {
    const std::optional<std::string> target =
        net::resolve_url(url, response.header("location").value_or(""));
    const std::optional<net::Url> parsed = target ? net::parse_url(*target) : std::nullopt;
    return fmt::format("{} redirects to {} (HTTP status {}); redirects are not followed", url,
                       parsed ? parsed->host : "nowhere", response.status);
}

}  // namespace

Verdict judge(const net::Outcome& outcome) {
    if (const auto* response = std::get_if<net::Response>(&outcome)) {
        return judge(*response);
    }
    const ErrorKind kind = std::get<Error>(outcome).kind();
    return kind == ErrorKind::Transport || kind == ErrorKind::TimedOut ? Verdict::Fault
                                                                       : Verdict::Stopped;
}

std::optional<Time> retry_time(const net::Response& response, Time now) {
    const std::optional<Duration> wait = net::retry_after(response, now);
    return wait ? std::optional(now + std::min(*wait, kLongestWait)) : std::nullopt;
}

std::variant<ProblemError, Error> read_refusal(const std::string& url,
                                               const net::Response& response, Time now) {
    if (response.status < 400) {
        return Error(ErrorKind::Declined,
                     response.status >= 300
                         ? printable(describe_redirect(url, response))
                         : fmt::format("{} answered HTTP status {}", url, response.status));
    }
    Problem problem = read_problem(response);
    const std::optional<Time> retry_at = retry_time(response, now);
    if (response.status >= 500 && problem.type.empty() && problem.detail.empty()) {
        return Error(ErrorKind::Transport, fmt::format("{} answered HTTP status {}{}", url,
                                                       response.status, wait_words(retry_at)));
    }
    return ProblemError(std::move(problem), retry_at);
}

}  // namespace kcert::acme
