// SPDX-License-Identifier: Apache-2.0

#include "dns01/service/quoted_text.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

namespace kcert::dns01 {
namespace {

/// RFC 1035 §3.3: a <character-string> has a length octet.
constexpr std::size_t kMostBytes = 255;

void append_escaped(std::string& out, char c) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
        out += {'\\', c};
    } else if (byte < 0x20 || byte >= 0x7f) {
        out += fmt::format("\\{:03}", byte);
    } else {
        out += c;
    }
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// The character behind a backslash at the front of `rest`, or the one of three digits.
char take_escaped(std::string_view& rest) {
    constexpr std::size_t kDigits = 3;
    if (rest.size() >= kDigits && std::ranges::all_of(rest.substr(0, kDigits), is_digit)) {
        const int byte = (rest[0] - '0') * 100 + (rest[1] - '0') * 10 + (rest[2] - '0');
        rest.remove_prefix(kDigits);
        return static_cast<char>(byte);
    }
    const char c = rest.front();
    rest.remove_prefix(1);
    return c;
}

/// The string whose opening quote stands at the front of `rest`; nothing where it does not close.
std::optional<std::string> take_string(std::string_view& rest) {
    std::string text;
    rest.remove_prefix(1);
    while (!rest.empty()) {
        const char c = rest.front();
        rest.remove_prefix(1);
        if (c == '"') {
            return text;
        }
        text += c == '\\' && !rest.empty() ? take_escaped(rest) : c;
    }
    return std::nullopt;
}

}  // namespace

std::string quoted_text(std::string_view text) {
    std::string out;
    do {
        out += out.empty() ? "\"" : " \"";
        for (const char c : text.substr(0, kMostBytes)) {
            append_escaped(out, c);
        }
        out += '"';
        text.remove_prefix(std::min(text.size(), kMostBytes));
    } while (!text.empty());
    return out;
}

std::string unquoted_text(std::string_view content) {
    std::string text;
    std::string_view rest = content;
    while (!rest.empty()) {
        std::optional<std::string> part;
        if (rest.front() == '"') {
            part = take_string(rest);
        }
        if (!part) {
            return std::string(content);
        }
        text += *part;
        rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size()));
    }
    return text;
}

}  // namespace kcert::dns01
