// SPDX-License-Identifier: Apache-2.0

#include "dns01/service/access_token.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>

#include <fmt/format.h>

#include "base/error.h"
#include "json/json.h"

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

void AccessToken::ensure(std::string_view doing, const std::function<net::Response()>& log_in) {
    const std::lock_guard one_at_a_time(logging_in_);
    if (!is_fresh()) {
        keep(doing, log_in());
    }
}

void AccessToken::authorize(net::Request& request) const {
    const std::lock_guard lock(mutex_);
    request.headers.emplace_back("Authorization", fmt::format("Bearer {}", token_.reveal()));
}

Sensitive AccessToken::token() const {
    const std::lock_guard lock(mutex_);
    return token_;
}

bool AccessToken::is_fresh() const {
    const std::lock_guard lock(mutex_);
    return !token_.empty() && clock_.now() < renew_at_;
}

void AccessToken::keep(std::string_view doing, const net::Response& response) {
    json::Value answer;
    try {
        answer = json::parse_json(response.body);
    } catch (const Error&) {
        answer = {};  // told below, without the answer
    }
    const std::string_view token = answer.text({"access_token"});
    if (!is_token(token)) {
        throw Error(ErrorKind::Transport,
                    fmt::format("{}: the answer holds no access token", doing));
    }
    const json::Value& lasts = answer["expires_in"];
    const std::int64_t seconds =
        lasts.is_int() ? std::clamp<std::int64_t>(lasts.as_int(), 0, kDay) : kHour;
    const std::lock_guard lock(mutex_);
    token_ = Sensitive(std::string(token));
    renew_at_ = clock_.now() + std::chrono::seconds(seconds - std::min(kMargin, seconds / 2));
}

}  // namespace kcert::dns01
