// SPDX-License-Identifier: Apache-2.0

#include "net/request_check.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace kcert::net {

namespace {

/// RFC 9110 §5.6.2.
bool is_token(std::string_view text) {
    constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
    return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               kMarks.find(c) != std::string_view::npos;
    });
}

/// RFC 9110 §5.5: a value holds no CR, LF or NUL.
bool is_field_value(std::string_view text) {
    return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

}  // namespace

Url check_request(const Request& request) {
    const auto url = parse_url(request.url);
    if (!url) {
        throw Error(ErrorKind::Config,
                    fmt::format("\"{}\" is not a URL of http or https",
                                printable(request.url.substr(0, request.url.find('?')))));
    }
    if (!is_token(request.method)) {
        throw Error(ErrorKind::Internal,
                    fmt::format("\"{}\" is not an HTTP method", printable(request.method)));
    }
    for (const auto& [name, value] : request.headers) {
        if (!is_token(name) || !is_field_value(value)) {
            throw Error(ErrorKind::Internal,
                        fmt::format("header \"{}\" cannot be sent: it would break the line",
                                    printable(name)));
        }
    }
    return *url;
}

}  // namespace kcert::net
