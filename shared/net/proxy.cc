// SPDX-License-Identifier: Apache-2.0

#include "net/proxy.h"

#include <algorithm>
#include <optional>

#include "base/error.h"
#include "base/text.h"
#include "net/curl_handle.h"
#include "net/curl_http_client.h"
#include "net/ip_address.h"
#include "net/url.h"

namespace kcert::net {

namespace {

struct Target {
    std::string host;
    std::string port;
    std::optional<IpAddress> address;
};

struct HostPort {
    std::string_view host;
    std::string_view port;  // empty: any
};

/// "host:port" and "[v6]:port" are taken apart; a bare IPv6 address has several colons and no port.
HostPort split_port(std::string_view entry) {
    const std::size_t colon = entry.rfind(':');
    if (colon == std::string_view::npos) {
        return {entry, {}};
    }
    const std::string_view host = entry.substr(0, colon);
    const bool bracketed = host.starts_with('[') && host.ends_with(']');
    if (!bracketed && host.find(':') != std::string_view::npos) {
        return {entry, {}};
    }
    return {host, entry.substr(colon + 1)};
}

/// "example.com" means itself and all below it; ".example.com" and "*.example.com" only what is
/// below.
bool matches_domain(std::string_view host, std::string_view domain) {
    if (domain.starts_with("*.")) {
        domain.remove_prefix(1);
    }
    if (domain.starts_with('.')) {
        return host.ends_with(domain);
    }
    return host == domain || (host.size() > domain.size() && host.ends_with(domain) &&
                              host[host.size() - domain.size() - 1] == '.');
}

/// Whether one entry of NO_PROXY names the target.
bool names_target(std::string_view entry, const Target& target) {
    if (entry == "*") {
        return true;
    }
    if (target.address && in_range(*target.address, entry)) {
        return true;
    }
    const auto [host, port] = split_port(entry);
    if (host.empty() || (!port.empty() && port != target.port)) {
        return false;
    }
    if (const auto address = parse_ip(host)) {
        return address == target.address;
    }
    return !target.address && matches_domain(target.host, host);
}

constexpr std::string_view kDefaultScheme = "http";

const char* default_port(std::string_view scheme) {
    return scheme == "http" ? "80" : scheme == "https" ? "443" : "1080";
}

}  // namespace

std::string proxy_for(const NetworkSettings& settings, std::string_view url) {
    const auto parsed = parse_url(url);
    if (!parsed || is_loopback_host(parsed->host)) {
        return {};
    }
    const Target target{.host = parsed->host,
                        .port = std::to_string(parsed->port),
                        .address = parse_ip(parsed->host)};
    const auto entries = split(to_lower(settings.no_proxy), ',');
    if (std::any_of(entries.begin(), entries.end(),
                    [&](std::string_view entry) { return names_target(trim(entry), target); })) {
        return {};
    }
    return parsed->scheme == "https" ? settings.https_proxy : settings.http_proxy;
}

Proxy parse_proxy(std::string_view text) {
    std::string url(text);
    if (url.find("://") == std::string::npos) {
        url = std::string(kDefaultScheme) + "://" + url;
    }
    UrlParts parts;
    if (!parts.set(CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME)) {
        throw Error(ErrorKind::Config,
                    "the proxy's URL is not valid (it is not shown: it may hold a password)");
    }
    std::string scheme = to_lower(parts.get(CURLUPART_SCHEME));
    if (scheme == "socks5") {
        scheme = "socks5h";
    }
    if (scheme != "http" && scheme != "https" && scheme != "socks5h") {
        throw Error(ErrorKind::Config, "a proxy of scheme " + printable(scheme) +
                                           " is not supported: http, https and socks5 are");
    }
    std::string port = parts.get(CURLUPART_PORT);
    if (port.empty()) {
        port = default_port(scheme);
    }
    const std::string host = parts.get(CURLUPART_HOST);
    if (host.empty() || !parts.set(CURLUPART_SCHEME, scheme, CURLU_NON_SUPPORT_SCHEME) ||
        !parts.set(CURLUPART_PORT, port) || !parts.set(CURLUPART_PATH, "/")) {
        throw Error(ErrorKind::Config, "the proxy's URL names no host");
    }
    return {.url = parts.get(CURLUPART_URL), .place = host + ":" + port};
}

}  // namespace kcert::net
