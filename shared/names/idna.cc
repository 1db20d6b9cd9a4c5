// SPDX-License-Identifier: Apache-2.0
//
// U-labels and A-labels (RFC 5890 §2.3.2.1), by libidn2.

#include <idn2.h>

#include <algorithm>
#include <memory>

#include "base/text.h"
#include "names/names.h"

namespace kcert::names {
namespace {

/// A name of 253 characters can hold no more UTF-8 than this: a character outside the BMP takes
/// four bytes and, repeated, one character of its A-label.
constexpr std::size_t kMaxUnicodeName = 1012;
constexpr std::size_t kMaxName = 253;

struct IdnFree {
    void operator()(char* text) const { idn2_free(text); }
};
using IdnText = std::unique_ptr<char, IdnFree>;

/// libidn2 reads up to the first NUL.
bool is_convertible(std::string_view name) {
    return !name.empty() && name.size() <= kMaxUnicodeName &&
           name.find('\0') == std::string_view::npos && is_utf8(name);
}

/// Not judged yet. libidn2's STD3 rules are left out: they drop what they forbid ("_a.test" would
/// become "a.test") where a name must be refused.
std::optional<std::string> convert(std::string_view name) {
    char* text = nullptr;
    const int result =
        idn2_to_ascii_8z(std::string(name).c_str(), &text, IDN2_NONTRANSITIONAL | IDN2_NFC_INPUT);
    const IdnText owned(text);
    return result == IDN2_OK ? std::optional(to_lower(text)) : std::nullopt;
}

bool is_all_digits(std::string_view label) {
    return std::ranges::all_of(label, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::optional<std::string> to_a_labels(std::string_view name) {
    if (!is_convertible(name)) {
        return std::nullopt;
    }
    std::optional<std::string> rest = convert(without_wildcard(name));
    if (!rest) {
        return std::nullopt;
    }
    if (rest->ends_with('.')) {
        rest->pop_back();
    }
    const std::string converted = (is_wildcard(name) ? "*." : "") + *rest;
    const std::vector<std::string> labels = split(*rest, '.');
    const bool single = converted.find('.') == std::string::npos;
    // A last label of digits alone is what tells an IPv4 address from a name (WHATWG URL §3.5).
    if (single || converted.size() > kMaxName || is_all_digits(labels.back()) ||
        !std::ranges::all_of(labels, is_dns1123_label)) {
        return std::nullopt;
    }
    return converted;
}

std::string to_u_labels(std::string_view name) {
    if (!is_convertible(name)) {
        return std::string(name);
    }
    char* text = nullptr;
    const std::string rest(without_wildcard(name));
    const int result = idn2_to_unicode_8z8z(rest.c_str(), &text, IDN2_NONTRANSITIONAL);
    const IdnText owned(text);
    // libidn2 also decodes labels that no U-label encodes to, even to nothing visible.
    if (result != IDN2_OK || convert(text) != to_lower(rest)) {
        return std::string(name);
    }
    return (is_wildcard(name) ? "*." : "") + std::string(text);
}

}  // namespace kcert::names
