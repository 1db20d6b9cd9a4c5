// SPDX-License-Identifier: Apache-2.0

#include "dns01/akamai/akamai_provider.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "dns01/service/held_zones.h"
#include "dns01/service/quoted_text.h"
#include "dns01/service/side_by_side.h"
#include "net/backoff.h"

namespace kcert::dns01::akamai {
namespace {

constexpr std::size_t kZonesAtOnce = 4;
constexpr int kMostTries = 8;

/// Throws where no record of the zone can be changed, or none of it would be seen.
void expect_editable(const AkamaiZone& zone) {
    const auto refuse = [&](std::string_view what) {
        throw Error(ErrorKind::Declined,
                    fmt::format("akamai: zone {} {}", printable(zone.name), what));
    };
    if (zone.type == "SECONDARY") {
        refuse(
            "is a secondary zone at Akamai: its records are changed at its primary server, "
            "which needs a solver of its own");
    }
    if (zone.type == "ALIAS") {
        refuse("is an alias zone at Akamai: its records are those of another zone");
    }
    if (zone.state == "NEW") {
        refuse("was never activated at Akamai: nothing of it is served");
    }
    if (zone.state == "LOCKED") {
        refuse("is locked at Akamai: ask Akamai's support");
    }
}

std::vector<HeldZone> as_held(std::span<const AkamaiZone> zones) {
    std::vector<HeldZone> held;
    for (const AkamaiZone& zone : zones) {
        held.push_back({.id = zone.name, .name = zone.name});
    }
    return held;
}

}  // namespace

AkamaiProvider::AkamaiProvider(const AkamaiConfig& config, net::HttpClient& http,
                               const Clock& clock)
    : client_(config, http, clock), clock_(clock) {}

void AkamaiProvider::present(std::span<const TxtRecord> records, std::stop_token stop) {
    edit_all(records, Edit::Add, stop);
}

void AkamaiProvider::clean_up(std::span<const TxtRecord> records, std::stop_token stop) {
    edit_all(records, Edit::Remove, stop);
}

void AkamaiProvider::verify(std::span<const std::string> zones, std::stop_token stop) {
    for_each_zone(zones, kZonesAtOnce, stop, [&](const std::string& apex) {
        const std::string name = zone_name(apex);
        const AkamaiZone zone = zones_of(apex, {name}, stop).at(name);
        client_.sets(zone.name, std::span(&zone.name, 1), stop);
    });
}

void AkamaiProvider::edit_all(std::span<const TxtRecord> records, Edit edit,
                              const std::stop_token& stop) {
    for_each_zone(records, kZonesAtOnce, stop,
                  [&](const std::string& apex, std::span<const TxtRecord> of_apex) {
                      for (auto& [name, placing] : placings(apex, of_apex, edit, stop)) {
                          edit_zone(std::move(placing), stop);
                      }
                  });
}

/// Reads, writes and reads again until nothing is left to write.
void AkamaiProvider::edit_zone(Placing placing, const std::stop_token& stop) {
    std::vector<std::string> names;
    for (const auto& [name, wish] : placing.wishes) {
        names.push_back(name);
    }
    const std::string zone = placing.zone.name;
    std::string version = placing.zone.version;
    for (int attempt = 1; attempt <= kMostTries; ++attempt) {
        const AkamaiSets held = client_.sets(zone, names, stop);
        const AkamaiSets wanted = unfulfilled(placing.wishes, held);
        if (wanted.empty()) {
            return;
        }
        const std::size_t changes = client_.write(zone, held, wanted, stop);
        version = amended_since(version, changes, placing, wanted, stop);
        const auto seed = static_cast<std::uint64_t>(clock_.now().time_since_epoch().count());
        if (attempt > 1 && !clock_.sleep_for(net::backoff(seed, attempt - 1), stop)) {
            throw Error(ErrorKind::Cancelled, "akamai: stopped");
        }
    }
    throw Error(ErrorKind::Declined,
                fmt::format("akamai: zone {}: another client changed the same records {} times in "
                            "a row",
                            printable(zone), kMostTries));
}

/// Looks for changes by others among those since `version`, and adds to the wishes what ours undid
/// of them. Returns the newest version, or `version` where Akamai does not tell.
std::string AkamaiProvider::amended_since(const std::string& version, std::size_t changes,
                                          Placing& placing, const AkamaiSets& written,
                                          const std::stop_token& stop) {
    const std::string& zone = placing.zone.name;
    const std::vector<std::string> ids =
        version.empty() ? std::vector<std::string>() : client_.versions(zone, version, stop);
    if (ids.empty()) {
        return version;
    }
    if (ids.size() > changes + 1) {
        std::vector<std::string> names;
        for (const auto& [name, set] : written) {
            names.push_back(name);
        }
        std::vector<AkamaiSets> history(ids.size());
        side_by_side(ids.size(), kZonesAtOnce, [&](std::size_t i) {
            history[i] = client_.sets_of_version(zone, ids[i], names, stop);
        });
        make_amends(placing.wishes, history, written);
    }
    return ids.back();
}

std::map<std::string, AkamaiProvider::Placing> AkamaiProvider::placings(
    const std::string& apex, std::span<const TxtRecord> records, Edit edit,
    const std::stop_token& stop) {
    std::set<std::string> names;
    for (const TxtRecord& record : records) {
        names.insert(zone_name(record.name));
    }
    const std::map<std::string, AkamaiZone> zones = zones_of(apex, names, stop);
    std::map<std::string, Placing> placings;
    for (const TxtRecord& record : records) {
        const std::string name = zone_name(record.name);
        Placing& placing = placings[zones.at(name).name];
        placing.zone = zones.at(name);
        AkamaiWish& wish = placing.wishes[name];
        if (edit == Edit::Add) {
            wish.add.emplace(record.value, quoted_text(record.value));
        } else {
            wish.remove.insert(record.value);
        }
    }
    return placings;
}

/// The zone of each name: the one that DNS names where the account holds it, which is the rule and
/// takes one call; else the best of all that it holds.
std::map<std::string, AkamaiZone> AkamaiProvider::zones_of(const std::string& apex,
                                                           const std::set<std::string>& names,
                                                           const std::stop_token& stop) {
    const std::string told = zone_name(apex);
    const bool around_all =
        std::ranges::all_of(names, [&](const std::string& name) { return encloses(told, name); });
    std::map<std::string, AkamaiZone> seen;
    if (around_all) {
        if (const std::optional<AkamaiZone> zone = client_.zone(told, stop)) {
            seen.emplace(told, *zone);
        }
    }
    const std::vector<HeldZone> held = seen.empty()
                                           ? as_held(client_.zones(stop))
                                           : std::vector<HeldZone>{{.id = told, .name = told}};
    std::map<std::string, AkamaiZone> zones;
    for (const std::string& name : names) {
        const HeldZone* const chosen = choose_zone(held, told, name);
        if (chosen != nullptr && !seen.contains(chosen->name)) {
            if (const std::optional<AkamaiZone> zone = client_.zone(chosen->name, stop)) {
                seen.emplace(chosen->name, *zone);
            }
        }
        if (chosen == nullptr || !seen.contains(chosen->name)) {
            throw Error(ErrorKind::Declined,
                        fmt::format("akamai: {} (the API client sees the zones of its groups and "
                                    "contracts only)",
                                    no_zone_text(held, name)));
        }
        expect_editable(seen.at(chosen->name));
        zones.emplace(name, seen.at(chosen->name));
    }
    return zones;
}

}  // namespace kcert::dns01::akamai
