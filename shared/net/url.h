// SPDX-License-Identifier: Apache-2.0
//
// URLs (RFC 3986) as far as clients need them.

#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kcert::net {

struct Url {
    std::string scheme;  ///< lower case
    std::string host;    ///< lower case, without brackets
    int port = 0;        ///< the scheme's default where none is written
    std::string path;    ///< "/" at least, query included
};

/// An absolute http or https URL without user information; nothing where it is not one.
std::optional<Url> parse_url(std::string_view text);

/// `reference` as seen from `base` (RFC 3986 §5.2); nothing where the result is no such URL.
std::optional<std::string> resolve_url(std::string_view base, std::string_view reference);

/// localhost, 127.0.0.0/8 or ::1.
bool is_loopback_host(std::string_view host);

/// Everything but unreserved characters as %XX.
std::string percent_encode(std::string_view text);

}  // namespace kcert::net
