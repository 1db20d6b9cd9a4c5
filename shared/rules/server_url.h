// SPDX-License-Identifier: Apache-2.0
//
// URLs of servers that a manifest names, as far as rules judge them.

#pragma once

#include <string_view>

namespace kcert::rules {

enum class ServerUrl { Https, PlainLoopback, Plain, Broken };

/// Broken: not absolute, not http or https, with user information, white space, a fragment, no
/// host or a port out of range.
ServerUrl classify_url(std::string_view url);

/// "host", "host:port", "[IPv6]" or "[IPv6]:port", where host is an address or a host name; a bare
/// IPv6 address too.
bool is_host_port(std::string_view text);

}  // namespace kcert::rules
