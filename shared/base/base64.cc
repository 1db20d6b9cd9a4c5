// SPDX-License-Identifier: Apache-2.0

#include "base/base64.h"

#include <array>
#include <cstdint>

namespace kcert {
namespace {

constexpr std::string_view kStandard =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kUrl =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::uint8_t kNone = 0xff;

enum class Padding { Required, Optional };

using Digits = std::array<std::uint8_t, 256>;

constexpr Digits digits_of(std::string_view alphabet) {
    Digits digits{};
    digits.fill(kNone);
    for (std::size_t i = 0; i < alphabet.size(); ++i) {
        digits[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
    }
    return digits;
}

constexpr Digits kStandardDigits = digits_of(kStandard);
constexpr Digits kUrlDigits = digits_of(kUrl);

constexpr bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

std::string encode(std::string_view bytes, std::string_view alphabet) {
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    std::uint32_t bits = 0;
    int held = 0;
    for (const char byte : bytes) {
        bits = (bits << 8) | static_cast<unsigned char>(byte);
        for (held += 8; held >= 6;) {
            held -= 6;
            text += alphabet[(bits >> held) & 0x3f];
        }
    }
    if (held > 0) {
        text += alphabet[(bits << (6 - held)) & 0x3f];
    }
    return text;
}

std::optional<std::string> decode(std::string_view text, const Digits& digits, Padding padding) {
    std::string bytes;
    bytes.reserve(text.size() / 4 * 3 + 3);
    std::uint32_t bits = 0;
    std::size_t count = 0;
    std::size_t pads = 0;
    for (const char c : text) {
        if (is_space(c)) {
            continue;
        }
        if (c == '=') {
            ++pads;
            continue;
        }
        const std::uint8_t digit = digits[static_cast<unsigned char>(c)];
        if (digit == kNone || pads > 0) {
            return std::nullopt;
        }
        bits = (bits << 6) | digit;
        if (++count % 4 != 1) {
            bytes += static_cast<char>(bits >> (6 - 2 * ((count - 1) % 4)) & 0xff);
        }
    }
    const std::size_t wanted = (4 - count % 4) % 4;
    const bool padded = pads == wanted || (pads == 0 && padding == Padding::Optional);
    if (wanted == 3 || !padded) {
        return std::nullopt;
    }
    return bytes;
}

}  // namespace

std::string base64_encode(std::string_view bytes) {
    std::string text = encode(bytes, kStandard);
    text.append((4 - text.size() % 4) % 4, '=');
    return text;
}

std::optional<std::string> base64_decode(std::string_view text) {
    return decode(text, kStandardDigits, Padding::Required);
}

std::string base64url_encode(std::string_view bytes) {
    return encode(bytes, kUrl);
}

std::optional<std::string> base64url_decode(std::string_view text) {
    return decode(text, kUrlDigits, Padding::Optional);
}

}  // namespace kcert
