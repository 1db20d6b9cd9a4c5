// SPDX-License-Identifier: Apache-2.0

#include "net/url.h"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

#include "base/text.h"
#include "net/curl_handle.h"
#include "net/ip_address.h"

namespace kcert::net {

namespace {

bool is_url_text(std::string_view text) {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return c > ' ' && c < '\x7f' && c != '\\'; });
}

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// What stands between "://" and the path; empty where there is none. curl forgives a missing or
/// a third slash, we do not.
std::string_view authority(std::string_view text) {
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos || text.substr(colon, 3) != "://") {
        return {};
    }
    const std::string_view rest = text.substr(colon + 3);
    return rest.substr(0, rest.find_first_of("/?#"));
}

/// RFC 3986 §3.1: a letter, then letters, digits, "+", "-" and "." up to a colon.
bool has_scheme(std::string_view text) {
    const std::string_view scheme = text.substr(0, text.find(':'));
    return scheme.size() < text.size() && !scheme.empty() && is_letter(scheme.front()) &&
           std::all_of(scheme.begin(), scheme.end(), [](char c) {
               return is_letter(c) || is_digit(c) || c == '+' || c == '-' || c == '.';
           });
}

std::string without_brackets(const std::string& host) {
    return host.starts_with('[') && host.ends_with(']') ? host.substr(1, host.size() - 2) : host;
}

}  // namespace

std::optional<Url> parse_url(std::string_view text) {
    const std::string_view server = authority(text);
    UrlParts parts;
    if (!is_url_text(text) || server.empty() || server.find('@') != std::string_view::npos ||
        !parts.set(CURLUPART_URL, std::string(text), CURLU_PATH_AS_IS)) {
        return std::nullopt;
    }
    Url url{.scheme = to_lower(parts.get(CURLUPART_SCHEME)),
            .host = without_brackets(to_lower(parts.get(CURLUPART_HOST))),
            .port = std::atoi(parts.get(CURLUPART_PORT, CURLU_DEFAULT_PORT).c_str()),
            .path = parts.get(CURLUPART_PATH)};
    if ((url.scheme != "http" && url.scheme != "https") || url.host.empty() || url.port == 0) {
        return std::nullopt;
    }
    if (const std::string query = parts.get(CURLUPART_QUERY); !query.empty()) {
        url.path.append(1, '?').append(query);
    }
    return url;
}

std::optional<std::string> resolve_url(std::string_view base, std::string_view reference) {
    if (!parse_url(base) || !is_url_text(reference)) {
        return std::nullopt;
    }
    if (has_scheme(reference)) {
        return parse_url(reference) ? std::optional<std::string>(reference) : std::nullopt;
    }
    UrlParts parts;
    if (!parts.set(CURLUPART_URL, std::string(base)) ||
        !parts.set(CURLUPART_URL, std::string(reference))) {
        return std::nullopt;
    }
    std::string url = parts.get(CURLUPART_URL);
    if (!parse_url(url)) {
        return std::nullopt;
    }
    return url;
}

bool is_loopback_host(std::string_view host) {
    if (to_lower(host) == "localhost") {
        return true;
    }
    const auto address = parse_ip(host);
    return address && is_loopback(*address);
}

std::string percent_encode(std::string_view text) {
    std::string encoded;
    for (const char c : text) {
        if (is_letter(c) || is_digit(c) || c == '-' || c == '.' || c == '_' || c == '~') {
            encoded += c;
        } else {
            encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
        }
    }
    return encoded;
}

}  // namespace kcert::net
