// SPDX-License-Identifier: Apache-2.0

#include "net/exchange_log.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/log.h"
#include "base/text.h"

namespace kcert::net {

namespace {

constexpr int kRequests = 6;
constexpr int kHeaders = 7;

bool is_credential(std::string_view name) {
    constexpr std::array<std::string_view, 7> kMarks = {"auth",     "cookie", "token",    "key",
                                                        "password", "secret", "signature"};
    return std::any_of(kMarks.begin(), kMarks.end(), [&](std::string_view mark) {
        return name.find(mark) != std::string_view::npos;
    });
}

void log_headers(char mark, const Headers& headers) {
    for (const auto& header : headers) {
        log::write(kHeaders, fmt::format("{} {}", mark, shown_header(header)));
    }
}

}  // namespace

std::string shown_url(const std::string& url) {
    return url.substr(0, url.find_first_of("?#"));
}

std::string shown_header(const std::pair<std::string, std::string>& header) {
    const bool hidden = is_credential(to_lower(header.first));
    return fmt::format("{}: {}", header.first, hidden ? "(hidden)" : header.second);
}

void log_exchange(const Request& request, const Outcome& outcome, std::chrono::milliseconds took) {
    if (!log::enabled(kRequests)) {
        return;
    }
    const auto* answer = std::get_if<Response>(&outcome);
    log::write(kRequests, fmt::format("{} {} {} in {} ms", request.method, shown_url(request.url),
                                      answer ? std::to_string(answer->status)
                                             : std::string(std::get<Error>(outcome).what()),
                                      took.count()));
    if (log::enabled(kHeaders)) {
        log_headers('>', request.headers);
        log_headers('<', answer ? answer->headers : Headers());
    }
}

}  // namespace kcert::net
