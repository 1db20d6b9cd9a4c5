// SPDX-License-Identifier: Apache-2.0

#include "dns01/azuredns/azuredns_provider.h"

#include <cstdint>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "dns01/azuredns/azure_error.h"
#include "dns01/service/held_zones.h"
#include "dns01/service/side_by_side.h"
#include "net/backoff.h"

namespace kcert::dns01::azuredns {
namespace {

constexpr std::size_t kZonesAtOnce = 4;
/// Others that write as busily as we do are met a few times at most.
constexpr int kMostTries = 12;

}  // namespace

AzureDnsProvider::AzureDnsProvider(AzureDnsConfig config, net::HttpClient& http, const Clock& clock)
    : client_(std::move(config), http, clock) {}

void AzureDnsProvider::present(std::span<const TxtRecord> records, std::stop_token stop) {
    write(records, TxtEdit::Add, stop);
}

void AzureDnsProvider::clean_up(std::span<const TxtRecord> records, std::stop_token stop) {
    write(records, TxtEdit::Remove, stop);
}

void AzureDnsProvider::verify(std::span<const std::string> zones, std::stop_token stop) {
    client_.log_in(stop);
    ensure_held(stop);
    for_each_zone(zones, kZonesAtOnce, stop, [&](const std::string& apex) {
        // A record below the apex may stand in a zone that the stanza names and DNS does not know.
        const std::string& named = client_.config().hosted_zone;
        const bool below = !named.empty() && encloses(apex, named);
        const std::string zone = below ? named : zone_of(apex, apex, stop);
        if (!named.empty()) {
            client_.demand_zone(zone, stop);
        }
        const std::vector<std::string> missing = client_.missing_rights(zone, stop);
        if (!missing.empty()) {
            throw Error(ErrorKind::Declined,
                        fmt::format("azuredns: application {} may not edit zone {} in resource "
                                    "group {}: it lacks {}; {}",
                                    client_.config().client_id, zone,
                                    printable(client_.config().resource_group), join(missing, ", "),
                                    role_advice(client_.config(), client_.scope(zone))));
        }
    });
}

void AzureDnsProvider::write(std::span<const TxtRecord> records, TxtEdit edit,
                             const std::stop_token& stop) {
    if (records.empty()) {
        return;
    }
    client_.log_in(stop);
    ensure_held(stop);
    for_each_zone(records, kZonesAtOnce, stop,
                  [&](const std::string&, std::span<const TxtRecord> of_zone) {
                      write_targets(targets_of(of_zone, stop), edit, stop);
                  });
}

void AzureDnsProvider::write_targets(std::vector<Target> targets, TxtEdit edit,
                                     const std::stop_token& stop) {
    for (int attempt = 1; attempt <= kMostTries; ++attempt) {
        targets = write_once(targets, edit, stop);
        if (targets.empty()) {
            return;
        }
        const Clock& clock = client_.clock();
        const auto seed = static_cast<std::uint64_t>(clock.now().time_since_epoch().count());
        if (!clock.sleep_for(net::backoff(seed, attempt), stop)) {
            throw Error(ErrorKind::Cancelled, "azuredns: stopped");
        }
    }
    const TxtPlace& place = targets.front().place;
    throw Error(ErrorKind::Declined,
                fmt::format("azuredns: zone {}: somebody else changed the TXT records at {} during "
                            "each of {} tries",
                            place.zone, printable(place.name), kMostTries));
}

/// The targets where somebody else was quicker.
std::vector<AzureDnsProvider::Target> AzureDnsProvider::write_once(std::span<const Target> targets,
                                                                   TxtEdit edit,
                                                                   const std::stop_token& stop) {
    std::vector<TxtPlace> places;
    for (const Target& target : targets) {
        places.push_back(target.place);
    }
    const std::vector<std::optional<TxtSet>> sets = client_.sets(places, edit, stop);
    std::vector<PlacedWrite> writes;
    std::vector<const Target*> written;
    for (std::size_t i = 0; i < targets.size(); ++i) {
        if (std::optional<TxtWrite> write = plan_write(sets[i], targets[i].values, edit)) {
            writes.push_back({.place = targets[i].place, .write = *std::move(write)});
            written.push_back(&targets[i]);
        }
    }
    std::vector<Target> overtaken;
    if (writes.empty()) {
        return overtaken;
    }
    const std::vector<bool> made = client_.write(writes, stop);
    for (std::size_t i = 0; i < made.size(); ++i) {
        if (!made[i]) {
            overtaken.push_back(*written[i]);
        }
    }
    return overtaken;
}

std::vector<AzureDnsProvider::Target> AzureDnsProvider::targets_of(
    std::span<const TxtRecord> records, const std::stop_token& stop) {
    std::vector<Target> targets;
    for (const auto& [name, at_name] : by_name(records)) {
        Target target{.place = {.zone = zone_of(at_name.front().zone, name, stop), .name = name},
                      .values = {}};
        for (const TxtRecord& record : at_name) {
            target.values.push_back(record.value);
        }
        targets.push_back(std::move(target));
    }
    return targets;
}

/// REQUIRES: ensure_held() before. Any thread may call.
std::string AzureDnsProvider::zone_of(const std::string& apex, const std::string& name,
                                      const std::stop_token& stop) {
    const AzureDnsConfig& config = client_.config();
    if (!config.hosted_zone.empty()) {
        if (!encloses(config.hosted_zone, name)) {
            throw Error(ErrorKind::Config,
                        fmt::format("azuredns: hostedZoneName {} does not hold {}; without "
                                    "hostedZoneName the zone is looked up",
                                    config.hosted_zone, printable(name)));
        }
        return config.hosted_zone;
    }
    std::vector<HeldZone> hidden;
    std::vector<HeldZone> open;
    for (const HeldZone& zone : *held_) {
        (zone.is_private ? hidden : open).push_back(zone);
    }
    if (const HeldZone* zone = choose_zone(open, apex, name)) {
        return zone->name;
    }
    const std::vector<HeldZone> only_private = client_.private_zones(stop);
    hidden.insert(hidden.end(), only_private.begin(), only_private.end());
    std::string text = fmt::format("azuredns: resource group {} of subscription {}: {}",
                                   printable(config.resource_group), config.subscription,
                                   no_zone_text(open, name));
    if (const HeldZone* zone = choose_zone(hidden, apex, name)) {
        text += fmt::format("; its zone {} is a private one, which no CA can see", zone->name);
    }
    throw Error(ErrorKind::Config, text);
}

void AzureDnsProvider::ensure_held(const std::stop_token& stop) {
    if (!held_ && client_.config().hosted_zone.empty()) {
        held_ = client_.zones(stop);
    }
}

}  // namespace kcert::dns01::azuredns
