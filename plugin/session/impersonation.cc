// SPDX-License-Identifier: Apache-2.0

#include "session/impersonation.h"

#include <fmt/format.h>

namespace kcert::session {
namespace {

/// RFC 9110 §5.6.2: the characters of a token, a header's name is one.
constexpr std::string_view kTokenCharacters =
    "!#$&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// A key of any characters as the end of a header's name; "%" itself is not left as it is.
std::string escaped(std::string_view key) {
    std::string text;
    for (const char c : key) {
        if (kTokenCharacters.find(c) != std::string_view::npos) {
            text += c;
        } else {
            text += fmt::format("%{:02X}", static_cast<unsigned char>(c));
        }
    }
    return text;
}

}  // namespace

net::Headers impersonation_headers(const User& user) {
    net::Headers headers;
    if (user.as.empty()) {
        return headers;
    }
    headers.emplace_back("Impersonate-User", user.as);
    if (!user.as_uid.empty()) {
        headers.emplace_back("Impersonate-Uid", user.as_uid);
    }
    for (const std::string& group : user.as_groups) {
        headers.emplace_back("Impersonate-Group", group);
    }
    for (const auto& [key, values] : user.as_user_extra) {
        for (const std::string& value : values) {
            headers.emplace_back("Impersonate-Extra-" + escaped(key), value);
        }
    }
    return headers;
}

}  // namespace kcert::session
