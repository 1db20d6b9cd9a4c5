// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>

namespace kcert::rules {

bool is_ipv4(const std::string& text);
bool is_ipv6(const std::string& text);
inline bool is_ip_address(const std::string& text) {
    return is_ipv4(text) || is_ipv6(text);
}

}  // namespace kcert::rules
