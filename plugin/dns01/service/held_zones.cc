// SPDX-License-Identifier: Apache-2.0

#include "dns01/service/held_zones.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/text.h"
#include "names/names.h"

namespace kcert::dns01 {
namespace {

constexpr std::size_t kShownZones = 5;

std::string_view without_dot(std::string_view name) {
    return name.ends_with('.') ? name.substr(0, name.size() - 1) : name;
}

std::map<std::string, std::vector<TxtRecord>> grouped(std::span<const TxtRecord> records,
                                                      std::string TxtRecord::*by) {
    std::map<std::string, std::vector<TxtRecord>> groups;
    for (const TxtRecord& record : records) {
        groups[record.*by].push_back(record);
    }
    return groups;
}

}  // namespace

std::string zone_name(std::string_view text) {
    return to_lower(without_dot(text)) + ".";
}

bool encloses(std::string_view zone, std::string_view name) {
    return name == zone || (name.size() > zone.size() && name.ends_with(zone) &&
                            name[name.size() - zone.size() - 1] == '.');
}

std::string relative_name(std::string_view name, std::string_view zone) {
    return name == zone ? "@" : std::string(name.substr(0, name.size() - zone.size() - 1));
}

std::vector<std::string> zone_candidates(std::string_view apex, std::string_view name) {
    std::vector<std::string> candidates;
    const auto add = [&](std::string_view zone) {
        if (!names::is_public_suffix(without_dot(zone)) &&
            std::ranges::find(candidates, zone) == candidates.end()) {
            candidates.emplace_back(zone);
        }
    };
    add(apex);
    for (std::string_view rest = name; without_dot(rest).find('.') != std::string_view::npos;
         rest = rest.substr(rest.find('.') + 1)) {
        add(rest);
    }
    return candidates;
}

const HeldZone* choose_zone(std::span<const HeldZone> held, std::string_view apex,
                            std::string_view name) {
    for (const bool is_private : {false, true}) {
        for (const std::string& candidate : zone_candidates(apex, name)) {
            const auto found = std::ranges::find_if(held, [&](const HeldZone& zone) {
                return zone.name == candidate && zone.is_private == is_private;
            });
            if (found != held.end()) {
                return &*found;
            }
        }
    }
    return nullptr;
}

std::string no_zone_text(std::span<const HeldZone> held, std::string_view name) {
    if (held.empty()) {
        return fmt::format(
            "no zone of this account holds {}; it has none that this credential sees",
            printable(name));
    }
    std::vector<std::string> shown;
    for (const HeldZone& zone : held.first(std::min(held.size(), kShownZones))) {
        shown.push_back(printable(zone.name));
    }
    const std::size_t more = held.size() - shown.size();
    return fmt::format("no zone of this account holds {}; it has: {}{}", printable(name),
                       join(shown, ", "), more > 0 ? fmt::format(" and {} more", more) : "");
}

std::vector<std::string> names_of(std::span<const TxtRecord> records) {
    std::set<std::string> names;
    for (const TxtRecord& record : records) {
        names.insert(record.name);
    }
    return {names.begin(), names.end()};
}

std::map<std::string, std::vector<TxtRecord>> by_zone(std::span<const TxtRecord> records) {
    return grouped(records, &TxtRecord::zone);
}

std::map<std::string, std::vector<TxtRecord>> by_name(std::span<const TxtRecord> records) {
    return grouped(records, &TxtRecord::name);
}

}  // namespace kcert::dns01
