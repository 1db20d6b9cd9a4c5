// SPDX-License-Identifier: Apache-2.0

#include "kube/warnings.h"

#include <optional>

#include "base/text.h"

namespace kcert::kube {
namespace {

constexpr std::size_t kLongestText = 1024;
constexpr std::size_t kMostWarnings = 100;

/// Takes a quoted-string (RFC 9110 §5.6.4) off the front; nothing where none stands there whole.
std::optional<std::string> take_quoted(std::string_view& text) {
    if (!text.starts_with('"')) {
        return std::nullopt;
    }
    std::string plain;
    for (std::size_t i = 1; i < text.size(); ++i) {
        if (text[i] == '"') {
            text.remove_prefix(i + 1);
            return plain;
        }
        i += text[i] == '\\' && i + 1 < text.size() ? 1 : 0;
        plain += text[i];
    }
    return std::nullopt;
}

std::string_view take_word(std::string_view& text) {
    text = trim(text);
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(word.size());
    text = trim(text);
    return word;
}

/// warning-value = warn-code SP warn-agent SP warn-text [ SP warn-date ]; several, by commas.
void collect(std::string_view text, std::vector<std::string>& found) {
    while (!trim(text).empty()) {
        const bool counts = take_word(text) == "299";
        take_word(text);  // who warns
        const std::optional<std::string> words = take_quoted(text);
        if (!words) {
            return;  // malformed: what follows cannot be told apart
        }
        if (counts && !words->empty()) {
            found.push_back(printable(shortened(*words, kLongestText)));
        }
        text = trim(text);
        if (take_quoted(text)) {  // the date
            text = trim(text);
        }
        if (!text.starts_with(',')) {
            return;
        }
        text.remove_prefix(1);
    }
}

}  // namespace

std::vector<std::string> warnings_in(const net::Headers& headers) {
    std::vector<std::string> found;
    for (const auto& [name, value] : headers) {
        if (name == "warning") {
            collect(value, found);
        }
    }
    return found;
}

void Warnings::tell_once(const std::string& text) {
    const std::lock_guard lock(mutex_);
    if (tell_ && told_.size() < kMostWarnings && told_.insert(text).second) {
        tell_(text);
    }
}

}  // namespace kcert::kube
