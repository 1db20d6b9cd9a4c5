// SPDX-License-Identifier: Apache-2.0

#include "dns01/cloudflare/cloudflare_provider.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "dns01/service/held_zones.h"
#include "dns01/service/side_by_side.h"
#include "net/backoff.h"

namespace kcert::dns01::cloudflare {
namespace {

constexpr std::size_t kZonesAtOnce = 4;
constexpr int kMostTries = 5;

std::vector<HeldZone> as_held(std::span<const CloudflareZone> zones) {
    std::vector<HeldZone> held;
    for (const CloudflareZone& zone : zones) {
        held.push_back({.id = zone.id, .name = zone.name});
    }
    return held;
}

bool is_same(const TxtRecord& record, const CloudflareText& text) {
    return record.name == text.name && record.value == text.text;
}

/// Cut into batches of a size that every plan takes.
std::vector<CloudflareBatch> parts(CloudflareBatch batch) {
    std::vector<CloudflareBatch> parts;
    const auto room = [&]() -> CloudflareBatch& {
        if (parts.empty() || parts.back().deletes.size() + parts.back().posts.size() ==
                                 CloudflareClient::kMostChanges) {
            parts.emplace_back();
        }
        return parts.back();
    };
    for (std::string& id : batch.deletes) {
        room().deletes.push_back(std::move(id));
    }
    for (CloudflareText& post : batch.posts) {
        room().posts.push_back(std::move(post));
    }
    return parts;
}

}  // namespace

CloudflareBatch missing_texts(std::span<const TxtRecord> records,
                              std::span<const CloudflareText> held) {
    CloudflareBatch batch;
    for (const TxtRecord& record : records) {
        const auto same = [&](const CloudflareText& text) { return is_same(record, text); };
        if (std::ranges::none_of(held, same) && std::ranges::none_of(batch.posts, same)) {
            batch.posts.push_back({.name = record.name, .text = record.value});
        }
    }
    return batch;
}

CloudflareBatch placed_texts(std::span<const TxtRecord> records,
                             std::span<const CloudflareText> held) {
    CloudflareBatch batch;
    for (const CloudflareText& text : held) {
        const auto same = [&](const TxtRecord& record) { return is_same(record, text); };
        if (std::ranges::any_of(records, same)) {
            batch.deletes.push_back(text.id);
        }
    }
    return batch;
}

CloudflareProvider::CloudflareProvider(CloudflareConfig config, net::HttpClient& http,
                                       const Clock& clock)
    : client_(std::move(config), http, clock), clock_(clock) {}

void CloudflareProvider::present(std::span<const TxtRecord> records, std::stop_token stop) {
    change_all(records, missing_texts, stop);
}

void CloudflareProvider::clean_up(std::span<const TxtRecord> records, std::stop_token stop) {
    change_all(records, placed_texts, stop);
}

void CloudflareProvider::verify(std::span<const std::string> zones, std::stop_token stop) {
    client_.check_token(stop);
    const std::set<std::string> distinct(zones.begin(), zones.end());
    for_each_zone(std::vector<std::string>(distinct.begin(), distinct.end()), kZonesAtOnce, stop,
                  [&](const std::string& zone) { verify_zone(zone, stop); });
}

void CloudflareProvider::verify_zone(const std::string& apex, const std::stop_token& stop) {
    const TxtRecord record{.zone = apex, .name = apex};
    const CloudflareZone zone = placings(apex, std::span(&record, 1), stop).front().zone;
    client_.texts(zone, std::span(&apex, 1), stop);
    if (!zone.permissions.empty() &&
        std::ranges::find(zone.permissions, "#dns_records:edit") == zone.permissions.end()) {
        throw Error(ErrorKind::Declined,
                    fmt::format("cloudflare: the credential sees zone {} and may not edit its "
                                "records: give it the permission DNS:Edit for this zone",
                                printable(zone.name)));
    }
}

void CloudflareProvider::change_all(std::span<const TxtRecord> records, Decide decide,
                                    const std::stop_token& stop) {
    for_each_zone(records, kZonesAtOnce, stop,
                  [&](const std::string& apex, std::span<const TxtRecord> of_apex) {
                      for (const Placing& placing : placings(apex, of_apex, stop)) {
                          change(placing, decide, stop);
                      }
                  });
}

/// Reads, decides and writes, again where another client wrote in between.
void CloudflareProvider::change(const Placing& placing, Decide decide,
                                const std::stop_token& stop) {
    const std::vector<std::string> names = names_of(placing.records);
    for (int attempt = 1; attempt <= kMostTries; ++attempt) {
        const std::vector<CloudflareText> held = client_.texts(placing.zone, names, stop);
        const std::vector<CloudflareBatch> batches = parts(decide(placing.records, held));
        const bool done = std::ranges::all_of(batches, [&](const CloudflareBatch& batch) {
            return client_.change(placing.zone, batch, stop) == BatchOutcome::Done;
        });
        if (done) {
            return;
        }
        const auto seed = static_cast<std::uint64_t>(clock_.now().time_since_epoch().count());
        if (!clock_.sleep_for(net::backoff(seed, attempt), stop)) {
            throw Error(ErrorKind::Cancelled, "cloudflare: stopped");
        }
    }
    throw Error(ErrorKind::Declined,
                fmt::format("cloudflare: zone {}: another client changed the same records {} times "
                            "in a row",
                            printable(placing.zone.name), kMostTries));
}

std::vector<CloudflareProvider::Placing> CloudflareProvider::placings(
    const std::string& apex, std::span<const TxtRecord> records, const std::stop_token& stop) {
    const std::vector<CloudflareZone> zones = held_around(apex, records, stop);
    const std::vector<HeldZone> held = as_held(zones);
    std::map<std::string, Placing> by_id;
    for (const TxtRecord& record : records) {
        const HeldZone* const chosen = choose_zone(held, apex, record.name);
        if (chosen == nullptr) {
            throw Error(ErrorKind::Declined,
                        fmt::format("cloudflare: {} (the credential sees those zones only on which "
                                    "it has Zone:Read)",
                                    no_zone_text(as_held(client_.zones(stop)), record.name)));
        }
        Placing& placing = by_id[chosen->id];
        placing.zone = *std::ranges::find(zones, chosen->id, &CloudflareZone::id);
        placing.records.push_back(record);
    }
    std::vector<Placing> placings;
    for (auto& [id, placing] : by_id) {
        placings.push_back(std::move(placing));
    }
    return placings;
}

/// The zone that DNS names where the account holds it, which is the rule and takes one call; else
/// all that enclose one of the names.
std::vector<CloudflareZone> CloudflareProvider::held_around(const std::string& apex,
                                                            std::span<const TxtRecord> records,
                                                            const std::stop_token& stop) {
    std::set<std::string> others;
    for (const TxtRecord& record : records) {
        std::ranges::copy(zone_candidates(apex, record.name), std::inserter(others, others.end()));
    }
    if (others.erase(apex) != 0) {
        std::vector<CloudflareZone> zones = client_.zones_named(std::array{apex}, stop);
        if (std::ranges::find(zones, apex, &CloudflareZone::name) != zones.end()) {
            return zones;
        }
    }
    const std::vector<std::string> names(others.begin(), others.end());
    return client_.zones_named(names, stop);
}

}  // namespace kcert::dns01::cloudflare
