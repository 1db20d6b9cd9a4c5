// SPDX-License-Identifier: Apache-2.0

#include "dns01/azuredns/azure_permissions.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace kcert::dns01::azuredns {
namespace {

constexpr std::array<std::string_view, 3> kEditing{"Microsoft.Network/dnsZones/TXT/read",
                                                   "Microsoft.Network/dnsZones/TXT/write",
                                                   "Microsoft.Network/dnsZones/TXT/delete"};
/// Longer ones name no action that is asked for here.
constexpr std::size_t kLongestPattern = 512;

bool any_matches(const json::Value& patterns, std::string_view action) {
    return patterns.is_array() &&
           std::ranges::any_of(patterns.as_array(), [&](const json::Value& pattern) {
               return pattern.is_string() && matches_action(pattern.as_string(), action);
           });
}

}  // namespace

bool matches_action(std::string_view pattern, std::string_view action) {
    if (pattern.size() > kLongestPattern) {
        return false;
    }
    const std::string wanted = to_lower(action);
    const std::vector<std::string> parts = split(to_lower(pattern), '*');
    const std::string& first = parts.front();
    const std::string& last = parts.back();
    if (parts.size() == 1) {
        return first == wanted;
    }
    if (first.size() + last.size() > wanted.size() || !wanted.starts_with(first) ||
        !wanted.ends_with(last)) {
        return false;
    }
    const std::string_view middle =
        std::string_view(wanted).substr(first.size(), wanted.size() - first.size() - last.size());
    std::size_t at = 0;
    for (std::size_t i = 1; i + 1 < parts.size(); ++i) {
        const std::size_t found = middle.find(parts[i], at);
        if (found == std::string_view::npos) {
            return false;
        }
        at = found + parts[i].size();
    }
    return true;
}

std::vector<std::string> missing_actions(const json::Value& permissions) {
    std::vector<std::string> missing;
    for (const std::string_view action : kEditing) {
        const bool granted =
            permissions.is_array() &&
            std::ranges::any_of(permissions.as_array(), [&](const json::Value& entry) {
                return any_matches(entry["actions"], action) &&
                       !any_matches(entry["notActions"], action);
            });
        if (!granted) {
            missing.emplace_back(action);
        }
    }
    return missing;
}

}  // namespace kcert::dns01::azuredns
