// SPDX-License-Identifier: Apache-2.0

#include "dns01/clouddns/clouddns_provider.h"

#include <chrono>
#include <cstdint>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "dns01/service/held_zones.h"
#include "dns01/service/side_by_side.h"
#include "net/backoff.h"

namespace kcert::dns01::clouddns {
namespace {

constexpr std::size_t kZonesAtOnce = 4;
/// The service takes 1,000 sets and 100,000 bytes of data in one change.
constexpr std::size_t kMostNames = 200;
/// Others that write as busily as we do are met a few times at most.
constexpr int kMostTries = 12;

}  // namespace

ClouddnsProvider::ClouddnsProvider(ClouddnsConfig config, net::HttpClient& http, const Clock& clock)
    : client_(std::move(config), http, clock) {}

void ClouddnsProvider::present(std::span<const TxtRecord> records, std::stop_token stop) {
    write(records, Edit::Add, stop);
}

void ClouddnsProvider::clean_up(std::span<const TxtRecord> records, std::stop_token stop) {
    write(records, Edit::Remove, stop);
}

void ClouddnsProvider::verify(std::span<const std::string> zones, std::stop_token stop) {
    client_.log_in(stop);
    for_each_zone(zones, kZonesAtOnce, stop, [&](const std::string& apex) {
        const HeldZone zone = zone_of(apex, apex, stop);
        const std::vector<std::string> missing = client_.missing_permissions(zone.id, stop);
        if (!missing.empty()) {
            throw Error(ErrorKind::Declined,
                        fmt::format("clouddns: {} may not edit zone {} ({}) in project {}: it "
                                    "lacks {}; grant it the role roles/dns.admin there",
                                    printable(client_.asking().who), printable(zone.name), zone.id,
                                    client_.asking().project, join(missing, ", ")));
        }
    });
}

void ClouddnsProvider::write(std::span<const TxtRecord> records, Edit edit,
                             const std::stop_token& stop) {
    if (records.empty()) {
        return;
    }
    client_.log_in(stop);
    const auto write_zone = [&](const std::string&, std::span<const TxtRecord> of_zone) {
        std::vector<std::pair<std::string, ClouddnsClient::Taken>> taken;
        for (const Part& part : parts_of(of_zone, stop)) {
            if (auto change = write_part(part, edit, stop)) {
                taken.emplace_back(part.zone.id, *std::move(change));
            }
        }
        for (const auto& [zone_id, change] : taken) {
            if (edit == Edit::Add) {
                client_.await(zone_id, change, stop);
            }
        }
    };
    for_each_zone(records, kZonesAtOnce, stop, write_zone);
}

std::vector<ClouddnsProvider::Part> ClouddnsProvider::parts_of(std::span<const TxtRecord> records,
                                                               const std::stop_token& stop) {
    std::vector<Part> parts;
    for (const auto& [name, at_name] : by_name(records)) {
        const HeldZone zone = zone_of(at_name.front().zone, name, stop);
        if (parts.empty() || parts.back().zone.id != zone.id ||
            parts.back().values.size() >= kMostNames) {
            parts.push_back({.zone = zone, .values = {}});
        }
        for (const TxtRecord& record : at_name) {
            parts.back().values[name].push_back(record.value);
        }
    }
    return parts;
}

/// Nothing where all was as wanted.
std::optional<ClouddnsClient::Taken> ClouddnsProvider::write_part(const Part& part, Edit edit,
                                                                  const std::stop_token& stop) {
    std::vector<std::string> names;
    for (const auto& [name, values] : part.values) {
        names.push_back(name);
    }
    for (int attempt = 1; attempt <= kMostTries; ++attempt) {
        const SetsByName sets = client_.txt_sets(part.zone.id, names, stop);
        const RecordChange change = plan_change(part.values, sets, edit);
        if (change.empty()) {
            return std::nullopt;
        }
        if (auto taken = client_.change(part.zone.id, change, stop)) {
            return taken;
        }
        const Clock& clock = client_.clock();
        const auto seed = static_cast<std::uint64_t>(clock.now().time_since_epoch().count());
        if (!clock.sleep_for(net::backoff(seed, attempt), stop)) {
            throw Error(ErrorKind::Cancelled, "clouddns: stopped");
        }
    }
    throw Error(ErrorKind::Declined,
                fmt::format("clouddns: zone {} in project {}: somebody else changed the TXT "
                            "records during each of {} tries",
                            printable(part.zone.name), client_.asking().project, kMostTries));
}

/// Where the project holds no zone of the name that DNS found, the longest of those that it holds.
HeldZone ClouddnsProvider::zone_of(const std::string& apex, const std::string& name,
                                   const std::stop_token& stop) {
    if (const HeldZone* zone = choose_zone(zones_called(apex, stop), apex, name)) {
        return *zone;
    }
    const std::vector<HeldZone>& all = zones_called({}, stop);
    if (const HeldZone* zone = choose_zone(all, apex, name)) {
        return *zone;
    }
    throw Error(ErrorKind::Config, fmt::format("clouddns: project {}: {}", client_.asking().project,
                                               no_zone_text(all, name)));
}

/// All where `name` is empty. Listed once: neither half of a run has to ask again.
const std::vector<HeldZone>& ClouddnsProvider::zones_called(const std::string& name,
                                                            const std::stop_token& stop) {
    {
        const std::lock_guard lock(mutex_);
        if (const auto found = held_.find(name); found != held_.end()) {
            return found->second;
        }
    }
    std::vector<HeldZone> zones = client_.zones(name, stop);
    const std::lock_guard lock(mutex_);
    return held_.try_emplace(name, std::move(zones)).first->second;
}

}  // namespace kcert::dns01::clouddns
