// SPDX-License-Identifier: Apache-2.0

#include "net/retry_after.h"

#include <algorithm>
#include <chrono>
#include <string>

#include "base/text.h"
#include "base/timestamp.h"

namespace kcert::net {

namespace {

/// More is taken for this much: it outlasts every deadline and cannot overflow a sum.
constexpr Duration kLongest = std::chrono::hours(24 * 366);

Duration clamped(Duration wait) {
    return std::clamp(wait, Duration::zero(), kLongest);
}

/// delay-seconds = 1*DIGIT, however many digits a server sends.
std::optional<Duration> delay_seconds(std::string_view text) {
    constexpr std::size_t kDigits = 9;
    if (text.empty() || text.find_first_not_of("0123456789") != std::string_view::npos) {
        return std::nullopt;
    }
    text.remove_prefix(std::min(text.find_first_not_of('0'), text.size() - 1));
    if (text.size() > kDigits) {
        return kLongest;
    }
    return clamped(std::chrono::seconds(std::stol(std::string(text))));
}

}  // namespace

std::optional<Duration> retry_after(const Response& response, Time now) {
    const auto header = response.header("retry-after");
    if (!header) {
        return std::nullopt;
    }
    const std::string_view text = trim(*header);
    if (const auto delay = delay_seconds(text)) {
        return delay;
    }
    const auto date = parse_http_date(text);
    if (!date) {
        return std::nullopt;
    }
    // Compared before subtracting: the distance of two far dates need not fit in nanoseconds.
    return *date <= now ? Duration::zero() : *date >= now + kLongest ? kLongest : *date - now;
}

}  // namespace kcert::net
