// SPDX-License-Identifier: Apache-2.0

#include "base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

namespace kcert {
namespace {

enum class LineEnds { Shown, Kept };

/// A code point and the bytes it takes; no bytes where none stands there.
struct CodePoint {
    char32_t value = 0;
    std::size_t bytes = 0;
};

std::size_t sequence_length(unsigned char lead) {
    if (lead < 0x80) {
        return 1;
    }
    if (lead >= 0xc2 && lead <= 0xdf) {
        return 2;
    }
    if (lead >= 0xe0 && lead <= 0xef) {
        return 3;
    }
    return lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
}

/// RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
CodePoint decode_front(std::string_view text) {
    const auto lead = static_cast<unsigned char>(text.front());
    const std::size_t length = sequence_length(lead);
    if (length == 1) {
        return {lead, 1};
    }
    if (length == 0 || text.size() < length) {
        return {};
    }
    char32_t value = lead & (0xffU >> (length + 1));
    for (const char c : text.substr(1, length - 1)) {
        const auto byte = static_cast<unsigned char>(c);
        if ((byte & 0xc0U) != 0x80) {
            return {};
        }
        value = (value << 6) | (byte & 0x3fU);
    }
    const bool overlong = (length == 3 && value < 0x800) || (length == 4 && value < 0x10000);
    const bool surrogate = value >= 0xd800 && value <= 0xdfff;
    return overlong || surrogate || value > 0x10ffff ? CodePoint{} : CodePoint{value, length};
}

bool is_control(char32_t c) {
    return c < 0x20 || (c >= 0x7f && c <= 0x9f);
}

/// Turns the order of what is shown, or ends a line where none seems to end.
bool is_layout(char32_t c) {
    return c == 0x061c || c == 0x200e || c == 0x200f || (c >= 0x2028 && c <= 0x202e) ||
           (c >= 0x2066 && c <= 0x2069);
}

std::string shown(char32_t c) {
    switch (c) {
        case '\n':
            return "\\n";
        case '\t':
            return "\\t";
        case '\r':
            return "\\r";
        default:
            return c < 0x80 ? fmt::format("\\x{:02x}", static_cast<std::uint32_t>(c))
                            : fmt::format("\\u{:04x}", static_cast<std::uint32_t>(c));
    }
}

std::string made_printable(std::string_view text, LineEnds line_ends) {
    std::string result;
    result.reserve(text.size());
    while (!text.empty()) {
        const CodePoint c = decode_front(text);
        const bool kept = line_ends == LineEnds::Kept && (c.value == '\n' || c.value == '\t');
        if (c.bytes == 0) {
            result += fmt::format("\\x{:02x}", static_cast<unsigned char>(text.front()));
        } else if (!kept && (is_control(c.value) || is_layout(c.value))) {
            result += shown(c.value);
        } else {
            result += text.substr(0, c.bytes);
        }
        text.remove_prefix(std::max<std::size_t>(c.bytes, 1));
    }
    return result;
}

/// Edits from one word to the other: insertions, deletions, changes, swapped neighbours.
std::size_t distance(std::string_view from, std::string_view to) {
    std::vector<std::size_t> before_last;
    std::vector<std::size_t> last(to.size() + 1);
    for (std::size_t j = 0; j <= to.size(); ++j) {
        last[j] = j;
    }
    for (std::size_t i = 1; i <= from.size(); ++i) {
        std::vector<std::size_t> row(to.size() + 1, i);
        for (std::size_t j = 1; j <= to.size(); ++j) {
            const std::size_t changed = last[j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, changed});
            const bool swapped =
                i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1];
            if (swapped) {
                row[j] = std::min(row[j], before_last[j - 2] + 1);
            }
        }
        before_last = std::move(last);
        last = std::move(row);
    }
    return last.back();
}

}  // namespace

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> parts;
    for (std::size_t end = text.find(separator); end != std::string_view::npos;
         end = text.find(separator)) {
        parts.emplace_back(text.substr(0, end));
        text.remove_prefix(end + 1);
    }
    parts.emplace_back(text);
    return parts;
}

std::string join(std::span<const std::string> parts, std::string_view separator) {
    return fmt::format("{}", fmt::join(parts, separator));
}

std::string_view trim(std::string_view text) {
    constexpr std::string_view kSpace = " \t\r\n\f\v";
    const std::size_t begin = text.find_first_not_of(kSpace);
    if (begin == std::string_view::npos) {
        return {};
    }
    return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

std::string to_lower(std::string_view text) {
    std::string lower(text);
    for (char& c : lower) {
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return lower;
}

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        const std::size_t bytes = decode_front(text).bytes;
        if (bytes == 0) {
            return false;
        }
        text.remove_prefix(bytes);
    }
    return true;
}

std::string printable(std::string_view text) {
    return made_printable(text, LineEnds::Shown);
}

std::string printable_lines(std::string_view text) {
    return made_printable(text, LineEnds::Kept);
}

std::string shortened(std::string_view text, std::size_t most_bytes) {
    if (text.size() <= most_bytes) {
        return std::string(text);
    }
    std::size_t end = most_bytes;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80) {
        --end;
    }
    return std::string(text.substr(0, end)) + "...";
}

std::string closest(std::string_view word, std::span<const std::string_view> candidates) {
    constexpr std::size_t kLongestWord = 64;
    if (word.size() > kLongestWord) {
        return {};
    }
    const std::string lower = to_lower(word);
    std::string_view best;
    std::size_t best_distance = std::max<std::size_t>(1, word.size() / 3) + 1;
    for (const std::string_view candidate : candidates) {
        const std::size_t edits = distance(lower, to_lower(candidate));
        if (edits < best_distance && edits < candidate.size()) {
            best = candidate;
            best_distance = edits;
        }
    }
    return std::string(best);
}

}  // namespace kcert
