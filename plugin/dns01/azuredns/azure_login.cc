// SPDX-License-Identifier: Apache-2.0

#include "dns01/azuredns/azure_login.h"

#include <algorithm>
#include <chrono>
#include <cstdint>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "dns01/azuredns/azure_error.h"
#include "json/json.h"
#include "net/url.h"

namespace kcert::dns01 {
namespace {

/// What a token lasts unless the answer says otherwise, and the longest that is believed.
constexpr std::int64_t kHour = 3600;
constexpr std::int64_t kDay = 24 * kHour;
/// Before the end of a token: longer than the calls of a step take together.
constexpr std::int64_t kMargin = 300;
constexpr std::size_t kMostToken = 16384;

/// Fit for a header: no blank, no control character.
bool is_token(std::string_view text) {
    return !text.empty() && text.size() <= kMostToken &&
           std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
}

}  // namespace

AzureLogin::AzureLogin(const AzureDnsConfig& config, net::HttpClient& http, const Clock& clock)
    : config_(config),
      clock_(clock),
      client_(
          {.service = "azuredns",
           .explain =
               [this](const net::Response& response) { return login_advice(response, config_); }},
          http, clock) {}

void AzureLogin::ensure(const std::stop_token& stop) {
    const std::lock_guard one_at_a_time(logging_in_);
    {
        const std::lock_guard lock(mutex_);
        if (!token_.empty() && clock_.now() < renew_at_) {
            return;
        }
    }
    ServiceCall call{
        .doing = fmt::format("logging in at {}", printable(config_.authority)),
        .method = "POST",
        .url = fmt::format("{}/{}/oauth2/v2.0/token", config_.authority,
                           net::percent_encode(config_.tenant)),
        .headers = {{"Content-Type", "application/x-www-form-urlencoded"}},
        .body = fmt::format("grant_type=client_credentials&client_id={}&client_secret={}&scope={}",
                            net::percent_encode(config_.client_id),
                            net::percent_encode(config_.client_secret.reveal()),
                            net::percent_encode(config_.audience + "/.default"))};
    const net::Response response = client_.send(call, stop);
    wipe(call.body);
    if (!is_success(response)) {
        throw client_.failure(call, response);
    }
    keep(call, response);
}

void AzureLogin::authorize(net::Request& request) const {
    const std::lock_guard lock(mutex_);
    request.headers.emplace_back("Authorization", fmt::format("Bearer {}", token_.reveal()));
}

Sensitive AzureLogin::token() const {
    const std::lock_guard lock(mutex_);
    return token_;
}

void AzureLogin::keep(const ServiceCall& call, const net::Response& response) {
    json::Value answer;
    try {
        answer = json::parse_json(response.body);
    } catch (const Error&) {
        // told below, without the answer
    }
    const std::string_view token = answer.text({"access_token"});
    if (!is_token(token)) {
        throw Error(ErrorKind::Transport,
                    fmt::format("azuredns: {}: the answer holds no access token", call.doing));
    }
    const json::Value& lasts = answer["expires_in"];
    const std::int64_t seconds =
        lasts.is_int() ? std::clamp<std::int64_t>(lasts.as_int(), 0, kDay) : kHour;
    const std::lock_guard lock(mutex_);
    token_ = Sensitive(std::string(token));
    renew_at_ = clock_.now() + std::chrono::seconds(seconds - std::min(kMargin, seconds / 2));
}

}  // namespace kcert::dns01
