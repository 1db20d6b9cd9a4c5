// SPDX-License-Identifier: Apache-2.0

#include "session/terminal_text.h"

#include <algorithm>
#include <cstddef>

#include "base/text.h"

namespace kcert::session {
namespace {

/// How many bytes the UTF-8 character has that begins with `lead`; 1 for what begins none.
std::size_t length_of_character(unsigned char lead) {
    if (lead >= 0xf0) {
        return 4;
    }
    if (lead >= 0xe0) {
        return 3;
    }
    return lead >= 0xc0 ? 2 : 1;
}

/// How many bytes at the end of `text` cannot be judged before more arrive.
std::size_t undecided(std::string_view text) {
    if (text.ends_with('\r')) {
        return 1;  // a line end may follow
    }
    const std::size_t most = std::min<std::size_t>(3, text.size());
    for (std::size_t back = 1; back <= most; ++back) {
        const auto byte = static_cast<unsigned char>(text[text.size() - back]);
        if ((byte & 0xc0U) != 0x80) {
            return length_of_character(byte) > back ? back : 0;
        }
    }
    return 0;
}

std::string with_plain_line_ends(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\r') {
            result += text[i];
        } else if (i + 1 == text.size() || text[i + 1] != '\n') {
            result += '\n';
        }
    }
    return result;
}

}  // namespace

std::string TerminalText::add(std::string_view bytes) {
    waiting_ += bytes;
    const std::size_t ready = waiting_.size() - undecided(waiting_);
    std::string text =
        printable_lines(with_plain_line_ends(std::string_view(waiting_).substr(0, ready)));
    waiting_.erase(0, ready);
    return text;
}

std::string TerminalText::rest() {
    std::string text = printable_lines(with_plain_line_ends(waiting_));
    waiting_.clear();
    return text;
}

}  // namespace kcert::session
