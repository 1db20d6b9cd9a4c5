// SPDX-License-Identifier: Apache-2.0

#include "dns01/akamai/akamai_provider.h"

#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "dns01/service/held_zones.h"
#include "dns01/service/quoted_text.h"
#include "dns01/service/side_by_side.h"
#include "net/backoff.h"

namespace kcert::dns01 {
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
        const AkamaiZone zone = zone_of(apex, apex, stop);
        expect_editable(zone);
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
    std::map<std::string, AkamaiZone> known;  // by the record's name
    std::map<std::string, Placing> placings;
    for (const TxtRecord& record : records) {
        const std::string name = zone_name(record.name);
        if (!known.contains(name)) {
            // DNS names one zone for all of them; it is looked up once where it is held.
            const bool found = !known.empty() && known.begin()->second.name == zone_name(apex) &&
                               encloses(zone_name(apex), name);
            known[name] = found ? known.begin()->second : zone_of(apex, name, stop);
            expect_editable(known[name]);
        }
        Placing& placing = placings[known[name].name];
        placing.zone = known[name];
        AkamaiWish& wish = placing.wishes[name];
        if (edit == Edit::Add) {
            wish.add.emplace(record.value, quoted_text(record.value));
        } else {
            wish.remove.insert(record.value);
        }
    }
    return placings;
}

AkamaiZone AkamaiProvider::zone_of(const std::string& apex, const std::string& name,
                                   const std::stop_token& stop) {
    std::optional<AkamaiZone> zone;
    if (encloses(zone_name(apex), name)) {
        zone = client_.zone(zone_name(apex), stop);
    }
    if (!zone) {
        const std::vector<HeldZone> held = as_held(client_.zones(stop));
        const HeldZone* const chosen = choose_zone(held, apex, name);
        zone = chosen == nullptr ? std::nullopt : client_.zone(chosen->name, stop);
        if (!zone) {
            throw Error(ErrorKind::Declined,
                        fmt::format("akamai: {} (the API client sees the zones of its groups and "
                                    "contracts only)",
                                    no_zone_text(held, name)));
        }
    }
    return *std::move(zone);
}

}  // namespace kcert::dns01
