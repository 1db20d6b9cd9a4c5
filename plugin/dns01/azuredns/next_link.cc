// SPDX-License-Identifier: Apache-2.0

#include "dns01/azuredns/next_link.h"

#include <algorithm>
#include <vector>

#include "base/text.h"
#include "net/url.h"

namespace kcert::dns01::azuredns {
namespace {

constexpr std::size_t kMostLink = 8192;

/// What a query may hold (RFC 3986 §3.4), '&' aside.
bool is_value(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("-._~!$'()*+,;=:@/?%").find(c) != std::string_view::npos;
    });
}

bool is_skip_token(std::string_view name) {
    const std::string lower = to_lower(name);
    return lower == "$skiptoken" || lower == "%24skiptoken";
}

}  // namespace

std::optional<std::string> skip_token(std::string_view link, std::string_view resource_manager) {
    const std::optional<net::Url> to = net::parse_url(link);
    const std::optional<net::Url> from = net::parse_url(resource_manager);
    if (link.size() > kMostLink || !to || !from || to->scheme != from->scheme ||
        to->host != from->host || to->port != from->port) {
        return std::nullopt;
    }
    const std::size_t query = to->path.find('?');
    if (query == std::string::npos) {
        return std::nullopt;
    }
    for (const std::string& parameter : split(to->path.substr(query + 1), '&')) {
        const std::size_t equals = parameter.find('=');
        if (equals != std::string::npos && is_skip_token(parameter.substr(0, equals)) &&
            is_value(parameter.substr(equals + 1))) {
            return parameter.substr(equals + 1);
        }
    }
    return std::nullopt;
}

}  // namespace kcert::dns01::azuredns
