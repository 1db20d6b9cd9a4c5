// SPDX-License-Identifier: Apache-2.0

#include "net/ip_address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <string>

namespace kcert::net {

namespace {

constexpr std::size_t kIpv4At = 12;
constexpr IpAddress kIpv4Prefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr int kIpv4PrefixBits = 96;
constexpr int kAllBits = 128;

/// How many bits at the front of the 16 bytes the prefix length after the slash stands for.
std::optional<int> prefix_bits(std::string_view text, const IpAddress& network) {
    int bits = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), bits);
    const int offset = is_ipv4(network) ? kIpv4PrefixBits : 0;
    if (fault != std::errc() || end != text.data() + text.size() || bits < 0 ||
        bits > kAllBits - offset) {
        return std::nullopt;
    }
    return bits + offset;
}

}  // namespace

std::optional<IpAddress> parse_ip(std::string_view text) {
    const bool bracketed = text.size() > 2 && text.front() == '[' && text.back() == ']';
    const std::string plain(bracketed ? text.substr(1, text.size() - 2) : text);
    IpAddress address = kIpv4Prefix;
    if (!bracketed && inet_pton(AF_INET, plain.c_str(), address.data() + kIpv4At) == 1) {
        return address;
    }
    if (inet_pton(AF_INET6, plain.c_str(), address.data()) == 1) {
        return address;
    }
    return std::nullopt;
}

bool is_ipv4(const IpAddress& address) {
    return std::equal(address.begin(), address.begin() + kIpv4At, kIpv4Prefix.begin());
}

bool is_loopback(const IpAddress& address) {
    constexpr IpAddress kLoopback = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    return is_ipv4(address) ? address[kIpv4At] == 127 : address == kLoopback;
}

bool in_range(const IpAddress& address, std::string_view cidr) {
    const std::size_t slash = cidr.find('/');
    if (slash == std::string_view::npos) {
        return false;
    }
    const auto network = parse_ip(cidr.substr(0, slash));
    if (!network || is_ipv4(*network) != is_ipv4(address)) {
        return false;
    }
    const auto bits = prefix_bits(cidr.substr(slash + 1), *network);
    if (!bits) {
        return false;
    }
    const auto whole = static_cast<std::size_t>(*bits / 8);
    const auto rest = static_cast<unsigned>(*bits % 8);
    if (!std::equal(address.begin(), address.begin() + whole, network->begin())) {
        return false;
    }
    return rest == 0 || ((address[whole] ^ (*network)[whole]) >> (8U - rest)) == 0;
}

}  // namespace kcert::net
