// SPDX-License-Identifier: Apache-2.0

#include "names/names.h"

#include <algorithm>
#include <vector>

#include "base/text.h"

namespace kcert::names {
namespace {

constexpr std::size_t kMaxName = 253;
constexpr std::size_t kMaxLabel = 63;

bool is_alphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/// Letters, digits and inner hyphens, at least one character.
bool is_host_label(std::string_view label) {
    return !label.empty() && is_alphanumeric(label.front()) && is_alphanumeric(label.back()) &&
           std::ranges::all_of(label, [](char c) { return c == '-' || is_alphanumeric(c); });
}

}  // namespace

bool is_wildcard(std::string_view name) {
    return name.starts_with("*.");
}

std::string_view without_wildcard(std::string_view name) {
    return is_wildcard(name) ? name.substr(2) : name;
}

bool wildcard_covers(std::string_view wildcard, std::string_view name) {
    const std::size_t first_dot = name.find('.');
    return is_wildcard(wildcard) && wildcard.size() > 2 && !is_wildcard(name) &&
           first_dot != std::string_view::npos && first_dot > 0 &&
           to_lower(name.substr(first_dot + 1)) == to_lower(without_wildcard(wildcard));
}

bool is_dns1123_label(std::string_view name) {
    return name.size() <= kMaxLabel && is_host_label(name);
}

bool is_dns1123_subdomain(std::string_view name) {
    return name.size() <= kMaxName && std::ranges::all_of(split(name, '.'), is_host_label);
}

}  // namespace kcert::names
