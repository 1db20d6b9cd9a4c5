// SPDX-License-Identifier: Apache-2.0

#include "dns01/service/service_client.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "base/timestamp.h"
#include "net/backoff.h"
#include "net/url.h"

namespace kcert::dns01 {
namespace {

constexpr std::size_t kMostWords = 300;
constexpr int kForbiddenRedirect = 300;
constexpr int kTooManyRequests = 429;
constexpr int kUnavailable = 503;

bool goes_over_tls(const std::string& url) {
    const std::optional<net::Url> parsed = net::parse_url(url);
    return parsed && (parsed->scheme == "https" || net::is_loopback_host(parsed->host));
}

/// Whether the service cannot have looked at the call.
bool was_not_taken(const net::Outcome& outcome) {
    if (const auto* const response = std::get_if<net::Response>(&outcome)) {
        return response->status == kTooManyRequests || response->status == kUnavailable;
    }
    return std::get<Error>(outcome).refused();
}

}  // namespace

/// The calls of one send_all(): rounds of those that have no final outcome yet.
class ServiceClient::Tries {
  public:
    Tries(const ServiceClient& client, std::span<const ServiceCall> calls)
        : client_(client),
          calls_(calls),
          outcomes_(calls.size()),
          give_up_(client.clock_.now() + client.traits_.patience) {}

    std::vector<net::Response> run(const std::stop_token& stop) {
        std::vector<std::size_t> open(calls_.size());
        std::iota(open.begin(), open.end(), 0);
        for (int attempt = 1; !open.empty(); ++attempt) {
            send(open, stop);
            const std::optional<Duration> pause = next_round(open, attempt);
            if (!pause) {
                break;
            }
            if (!client_.clock_.sleep_for(*pause, stop)) {
                throw stopped(open.front());
            }
        }
        std::vector<net::Response> responses;
        for (std::size_t i = 0; i < calls_.size(); ++i) {
            responses.push_back(taken(i));
        }
        return responses;
    }

  private:
    class Round final : public net::RequestSource {
      public:
        Round(Tries& tries, std::span<const std::size_t> open) : tries_(tries), open_(open) {}

        std::optional<net::Request> next() override {
            return sent_ < open_.size() ? std::optional(tries_.request(open_[sent_++]))
                                        : std::nullopt;
        }
        void done(std::size_t index, net::Outcome outcome) override {
            tries_.outcomes_[open_[index]] = std::move(outcome);
        }

      private:
        Tries& tries_;
        std::span<const std::size_t> open_;
        std::size_t sent_ = 0;
    };

    void send(std::span<const std::size_t> open, const std::stop_token& stop) {
        Round round(*this, open);
        client_.http_.exchange(round, client_.traits_.window, stop);
    }

    net::Request request(std::size_t index) const {
        const ServiceCall& call = calls_[index];
        net::Request request{.method = call.method,
                             .url = call.url,
                             .headers = call.headers,
                             .body = call.body,
                             .max_body = call.max_body};
        client_.traits_.authorize(request);
        return request;
    }

    /// Leaves in `open` what is to be sent again, and says when; nothing where that is nothing.
    std::optional<Duration> next_round(std::vector<std::size_t>& open, int attempt) const {
        const Time now = client_.clock_.now();
        Duration pause{};
        std::erase_if(open, [&](std::size_t index) {
            const std::optional<Duration> wait = wait_before_next(index, attempt, now);
            if (!wait || now + *wait > give_up_) {
                return true;
            }
            pause = std::max(pause, *wait);
            return false;
        });
        return open.empty() ? std::nullopt : std::optional(pause);
    }

    std::optional<Duration> wait_before_next(std::size_t index, int attempt, Time now) const {
        const net::Outcome& outcome = *outcomes_[index];
        const auto* const response = std::get_if<net::Response>(&outcome);
        const bool busy = response != nullptr && client_.traits_.is_busy(*response);
        const bool taken = !busy && !was_not_taken(outcome);
        if (!may_pass(outcome, busy) || (taken && calls_[index].repeat == Repeat::IfNotTaken)) {
            return std::nullopt;
        }
        const std::optional<Duration> told =
            response == nullptr ? std::nullopt : client_.traits_.asks_to_wait(*response, now);
        const auto seed = static_cast<std::uint64_t>(now.time_since_epoch().count()) + index;
        // One that wants to be asked again at once is not asked without a pause.
        return std::max(told.value_or(Duration{}), net::backoff(seed, attempt));
    }

    static bool may_pass(const net::Outcome& outcome, bool busy) {
        if (const auto* const response = std::get_if<net::Response>(&outcome)) {
            return busy || response->status == kTooManyRequests || response->status >= 500;
        }
        const ErrorKind kind = std::get<Error>(outcome).kind();
        return kind == ErrorKind::Transport || kind == ErrorKind::TimedOut;
    }

    /// What was waited for is told: a deadline that ends is not the cause.
    Error stopped(std::size_t index) {
        const auto* const response = std::get_if<net::Response>(&*outcomes_[index]);
        const Error cause = response != nullptr ? client_.failure(calls_[index], *response)
                                                : named(index, std::get<Error>(*outcomes_[index]));
        return {ErrorKind::Cancelled,
                fmt::format("{} (stopped before it was tried again)", cause.what())};
    }

    Error named(std::size_t index, Error error) const {
        error.prepend(fmt::format("{}: {}", client_.traits_.service, calls_[index].doing));
        return error;
    }

    net::Response taken(std::size_t index) {
        if (const auto* const error = std::get_if<Error>(&*outcomes_[index])) {
            throw named(index, *error);
        }
        return std::get<net::Response>(*std::move(outcomes_[index]));
    }

    const ServiceClient& client_;
    std::span<const ServiceCall> calls_;
    std::vector<std::optional<net::Outcome>> outcomes_;
    Time give_up_;
};

ServiceClient::ServiceClient(ServiceTraits traits, net::HttpClient& http, const Clock& clock)
    : traits_(std::move(traits)), http_(http), clock_(clock) {}

std::vector<net::Response> ServiceClient::send_all(std::span<const ServiceCall> calls,
                                                   std::stop_token stop) {
    for (const ServiceCall& call : calls) {
        if (!goes_over_tls(call.url)) {
            throw Error(ErrorKind::Config,
                        fmt::format("{}: {}: {} is no https URL, and credentials go over TLS only",
                                    traits_.service, call.doing, printable(call.url)));
        }
    }
    return Tries(*this, calls).run(stop);
}

net::Response ServiceClient::send(const ServiceCall& call, std::stop_token stop) {
    return send_all(std::span(&call, 1), std::move(stop)).front();
}

net::Response ServiceClient::demand(const ServiceCall& call, std::stop_token stop) {
    net::Response response = send(call, std::move(stop));
    if (!is_success(response)) {
        throw failure(call, response);
    }
    return response;
}

Error ServiceClient::failure(const ServiceCall& call, const net::Response& response) const {
    std::string meaning = traits_.explain(response);
    if (response.status >= kForbiddenRedirect && response.status < 400) {
        meaning = fmt::format("HTTP status {}: redirects are not followed", response.status);
    } else if (meaning.empty()) {
        meaning = fmt::format("HTTP status {}", response.status);
    }
    const std::optional<Duration> wait = traits_.asks_to_wait(response, clock_.now());
    if (wait) {
        const Duration bounded = std::min<Duration>(*wait, std::chrono::hours(24 * 365));
        meaning += fmt::format(" (asks to wait until {})", rfc3339(clock_.now() + bounded));
    }
    const bool broken = response.status >= 500;
    return {broken ? ErrorKind::Transport : ErrorKind::Declined,
            fmt::format("{}: {}: {}", traits_.service, call.doing, meaning)};
}

std::string quoted_words(std::string_view text) {
    return printable(shortened(text, kMostWords));
}

bool is_success(const net::Response& response) {
    return response.status >= 200 && response.status < 300;
}

}  // namespace kcert::dns01
