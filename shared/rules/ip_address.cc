// SPDX-License-Identifier: Apache-2.0

#include "rules/ip_address.h"

#include <arpa/inet.h>

#include <array>

namespace kcert::rules {
namespace {

bool parses(int family, const std::string& text) {
    std::array<unsigned char, sizeof(in6_addr)> address{};
    // inet_pton reads a C string: what stands behind a NUL would go unread.
    return text.find('\0') == std::string::npos &&
           inet_pton(family, text.c_str(), address.data()) == 1;
}

}  // namespace

bool is_ipv4(const std::string& text) {
    return parses(AF_INET, text);
}
bool is_ipv6(const std::string& text) {
    return parses(AF_INET6, text);
}

}  // namespace kcert::rules
