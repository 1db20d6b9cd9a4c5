// SPDX-License-Identifier: Apache-2.0

#include "rules/server_url.h"

#include <algorithm>
#include <charconv>
#include <string>

#include "base/text.h"
#include "names/names.h"
#include "rules/ip_address.h"

namespace kcert::rules {
namespace {

bool is_port(std::string_view text) {
    int port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    return error == std::errc() && end == text.data() + text.size() && port >= 1 && port <= 65535;
}

bool is_digits(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// RFC 1123 §2.1: a host name's last label is never all digits, so 300.1.1.1 is no host.
bool is_host(std::string_view text) {
    const std::string host = to_lower(text.ends_with('.') ? text.substr(0, text.size() - 1) : text);
    const std::string last = host.substr(host.rfind('.') + 1);
    return is_ipv4(host) || (names::is_dns1123_subdomain(host) && !is_digits(last));
}

bool is_bracketed(std::string_view text) {
    return text.size() > 2 && text.front() == '[' && text.back() == ']' &&
           is_ipv6(std::string(text.substr(1, text.size() - 2)));
}

std::string_view without_port(std::string_view authority) {
    const std::size_t colon = authority.rfind(':');
    const std::size_t bracket = authority.rfind(']');
    const bool has_port =
        colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
    return has_port ? authority.substr(0, colon) : authority;
}

bool is_loopback(std::string_view host) {
    const std::string lower = to_lower(host);
    return lower == "localhost" || lower == "[::1]" ||
           (is_ipv4(lower) && lower.starts_with("127."));
}

bool is_printable_ascii(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

}  // namespace

bool is_host_port(std::string_view text) {
    if (is_ipv6(std::string(text))) {
        return true;
    }
    const std::string_view host = without_port(text);
    if (host.size() < text.size() && !is_port(text.substr(host.size() + 1))) {
        return false;
    }
    return host.starts_with('[') ? is_bracketed(host) : is_host(host);
}

ServerUrl classify_url(std::string_view url) {
    const std::size_t colon = url.find("://");
    if (colon == std::string_view::npos || !is_printable_ascii(url) ||
        url.find('#') != std::string_view::npos) {
        return ServerUrl::Broken;
    }
    const std::string scheme = to_lower(url.substr(0, colon));
    const std::string_view rest = url.substr(colon + 3);
    const std::string_view authority = rest.substr(0, rest.find_first_of("/?"));
    if ((scheme != "https" && scheme != "http") || authority.starts_with(':') ||
        is_ipv6(std::string(authority)) || !is_host_port(authority)) {
        return ServerUrl::Broken;
    }
    if (scheme == "https") {
        return ServerUrl::Https;
    }
    return is_loopback(without_port(authority)) ? ServerUrl::PlainLoopback : ServerUrl::Plain;
}

}  // namespace kcert::rules
