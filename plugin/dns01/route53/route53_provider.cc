// SPDX-License-Identifier: Apache-2.0

#include "dns01/route53/route53_provider.h"

#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "dns01/route53/zone_edit.h"
#include "dns01/service/side_by_side.h"

namespace kcert::dns01::route53 {
namespace {

constexpr std::size_t kZonesAtOnce = 4;  // Route 53 answers five requests a second

}  // namespace

Route53Provider::Route53Provider(const Route53Config& config, net::HttpClient& http,
                                 const Clock& clock)
    : hosted_zone_id_(config.hosted_zone_id), client_(config, http, clock) {}

void Route53Provider::present(std::span<const TxtRecord> records, std::stop_token stop) {
    edit(records, Edit::Add, stop);
}

void Route53Provider::clean_up(std::span<const TxtRecord> records, std::stop_token stop) {
    edit(records, Edit::Remove, stop);
}

void Route53Provider::verify(std::span<const std::string> zones, std::stop_token stop) {
    client_.log_in(stop);
    for_each_zone(zones, kZonesAtOnce, stop, [&](const std::string& zone) {
        check_editable(client_, zone_id(zone, zone, stop), zone, stop);
    });
}

void Route53Provider::edit(std::span<const TxtRecord> records, Edit edit,
                           const std::stop_token& stop) {
    const auto edit_one = [&](const std::string& zone, std::span<const TxtRecord> of_zone) {
        std::map<std::string, Texts> by_id;
        for (const TxtRecord& record : of_zone) {
            const std::string name = to_lower(record.name);
            by_id[zone_id(zone, name, stop)][name].push_back(record.value);
        }
        for (const auto& [id, texts] : by_id) {
            edit_zone(client_, id, texts, edit, stop);
        }
    };
    client_.log_in(stop);
    for_each_zone(records, kZonesAtOnce, stop, edit_one);
}

std::string Route53Provider::zone_id(const std::string& zone, const std::string& name,
                                     const std::stop_token& stop) {
    if (!hosted_zone_id_.empty()) {
        return hosted_zone_id_;
    }
    const std::lock_guard lock(mutex_);
    std::vector<HeldZone> held = named(zone, stop);
    if (const HeldZone* const found = choose_zone(held, zone, name)) {
        return found->id;
    }
    held = all(stop);
    const HeldZone* const found = choose_zone(held, zone, name);
    if (found == nullptr) {
        throw Error(ErrorKind::Declined, fmt::format("route53: {}", no_zone_text(held, name)));
    }
    return found->id;
}

/// Asked once in a run; so is all().
std::vector<HeldZone> Route53Provider::named(const std::string& zone, const std::stop_token& stop) {
    const auto found = named_.find(zone);
    return found != named_.end() ? found->second : named_[zone] = client_.zones_named(zone, stop);
}

std::vector<HeldZone> Route53Provider::all(const std::stop_token& stop) {
    if (!all_) {
        all_ = client_.zones(stop);
    }
    return *all_;
}

}  // namespace kcert::dns01::route53
