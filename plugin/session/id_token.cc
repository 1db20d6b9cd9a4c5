// SPDX-License-Identifier: Apache-2.0

#include "session/id_token.h"

#include <chrono>
#include <string>
#include <vector>

#include "base/base64.h"
#include "base/error.h"
#include "base/text.h"
#include "json/json.h"

namespace kcert::session {
namespace {

/// The year 2200: later than any token, and nanoseconds reach as far.
constexpr std::int64_t kLastSecond = 7'258'118'400;

}  // namespace

std::optional<Time> id_token_expiry(std::string_view token) {
    const std::vector<std::string> parts = split(token, '.');
    const std::optional<std::string> payload =
        parts.size() == 3 ? base64url_decode(parts[1]) : std::nullopt;
    if (!payload) {
        throw Error(ErrorKind::Config, "ID Token is not a valid JWT");
    }
    const json::Value claims =
        while_doing("ID Token: parsing claims", [&] { return json::parse_json(*payload); });
    const json::Value& expiry = claims["exp"];
    if (!expiry.is_number()) {
        return std::nullopt;
    }
    const double seconds = expiry.as_double();
    if (!(seconds > 0)) {
        return Time{};
    }
    const std::int64_t whole = seconds < static_cast<double>(kLastSecond)
                                   ? static_cast<std::int64_t>(seconds)
                                   : kLastSecond;
    return Time(std::chrono::seconds(whole));
}

bool is_usable_id_token(std::string_view token, Time now) {
    constexpr auto kLeeway = std::chrono::seconds(10);
    const std::optional<Time> expiry = id_token_expiry(token);
    return expiry && now + kLeeway < *expiry;
}

}  // namespace kcert::session
