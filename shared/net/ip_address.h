// SPDX-License-Identifier: Apache-2.0
//
// IP addresses as values: 16 bytes, IPv4 in its mapped form (RFC 4291 §2.5.5.2). Looks nothing up.

#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace kcert::net {

using IpAddress = std::array<std::uint8_t, 16>;

/// "192.0.2.1", "2001:db8::1" or "[2001:db8::1]"; nothing where it is no address.
std::optional<IpAddress> parse_ip(std::string_view text);

bool is_ipv4(const IpAddress& address);

/// 127.0.0.0/8 or ::1.
bool is_loopback(const IpAddress& address);

/// True where `cidr` ("10.0.0.0/8") is a range that holds `address`; never across the two families.
bool in_range(const IpAddress& address, std::string_view cidr);

}  // namespace kcert::net
