// SPDX-License-Identifier: Apache-2.0

#include "dns01/digitalocean/digitalocean_provider.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "dns01/service/held_zones.h"
#include "dns01/service/quoted_text.h"
#include "dns01/service/side_by_side.h"
#include "net/backoff.h"

namespace kcert::dns01::digitalocean {
namespace {

constexpr std::size_t kZonesAtOnce = 2;
constexpr int kMostTries = 5;

/// Some clients store texts in quotes.
bool is_same(const TxtRecord& record, const DigitalOceanText& text) {
    return record.name == text.name &&
           (record.value == text.text || record.value == unquoted_text(text.text));
}

std::vector<DigitalOceanText> missing_in(std::span<const DigitalOceanText> held,
                                         std::span<const TxtRecord> records) {
    std::vector<DigitalOceanText> missing;
    for (const TxtRecord& record : records) {
        const auto same = [&](const DigitalOceanText& text) { return is_same(record, text); };
        if (std::ranges::none_of(held, same) && std::ranges::none_of(missing, same)) {
            missing.push_back({.name = record.name, .text = record.value});
        }
    }
    return missing;
}

std::vector<HeldZone> as_held(std::span<const std::string> domains) {
    std::vector<HeldZone> held;
    for (const std::string& domain : domains) {
        held.push_back({.id = domain, .name = domain});
    }
    return held;
}

}  // namespace

DigitalOceanProvider::DigitalOceanProvider(const DigitalOceanConfig& config, net::HttpClient& http,
                                           const Clock& clock)
    : client_(config, http, clock), clock_(clock) {}

void DigitalOceanProvider::present(std::span<const TxtRecord> records, std::stop_token stop) {
    for_each_domain(records, &DigitalOceanProvider::add_missing, stop);
}

void DigitalOceanProvider::clean_up(std::span<const TxtRecord> records, std::stop_token stop) {
    for_each_domain(records, &DigitalOceanProvider::remove_placed, stop);
}

void DigitalOceanProvider::verify(std::span<const std::string> zones, std::stop_token stop) {
    std::vector<TxtRecord> apexes;
    for (const std::string& zone : std::set<std::string>(zones.begin(), zones.end())) {
        apexes.push_back({.zone = zone, .name = zone});
    }
    for_each_domain(apexes, &DigitalOceanProvider::read, stop);
}

void DigitalOceanProvider::for_each_domain(std::span<const TxtRecord> records, Step step,
                                           const std::stop_token& stop) {
    if (records.empty()) {
        return;
    }
    const std::vector<HeldZone> held = as_held(client_.domains(stop));
    for_each_zone(records, kZonesAtOnce, stop,
                  [&](const std::string& apex, std::span<const TxtRecord> of_apex) {
                      std::map<std::string, std::vector<TxtRecord>> domains;
                      for (const TxtRecord& record : of_apex) {
                          const HeldZone* const chosen = choose_zone(held, apex, record.name);
                          if (chosen == nullptr) {
                              throw Error(ErrorKind::Declined,
                                          "digitalocean: " + no_zone_text(held, record.name));
                          }
                          domains[chosen->name].push_back(record);
                      }
                      for (const auto& [domain, of_domain] : domains) {
                          (this->*step)(domain, of_domain, stop);
                      }
                  });
}

void DigitalOceanProvider::add_missing(const std::string& domain,
                                       std::span<const TxtRecord> records,
                                       const std::stop_token& stop) {
    const std::vector<std::string> names = names_of(records);
    for (int attempt = 1;; ++attempt) {
        const std::vector<DigitalOceanText> held = client_.texts(domain, names, stop);
        const std::vector<DigitalOceanText> missing = missing_in(held, records);
        const std::optional<Error> unclear =
            missing.empty() ? std::nullopt : client_.add(domain, missing, stop);
        if (!unclear) {
            return;
        }
        if (attempt == kMostTries) {
            throw Error(*unclear);
        }
        const auto seed = static_cast<std::uint64_t>(clock_.now().time_since_epoch().count());
        if (!clock_.sleep_for(net::backoff(seed, attempt), stop)) {
            throw Error(ErrorKind::Cancelled, "digitalocean: stopped");
        }
    }
}

/// All of our value: a lost answer may have left two.
void DigitalOceanProvider::remove_placed(const std::string& domain,
                                         std::span<const TxtRecord> records,
                                         const std::stop_token& stop) {
    std::vector<DigitalOceanText> placed = client_.texts(domain, names_of(records), stop);
    std::erase_if(placed, [&](const DigitalOceanText& text) {
        return std::ranges::none_of(records,
                                    [&](const TxtRecord& record) { return is_same(record, text); });
    });
    client_.remove(domain, placed, stop);
}

void DigitalOceanProvider::read(const std::string& domain, std::span<const TxtRecord> records,
                                const std::stop_token& stop) {
    client_.texts(domain, names_of(records), stop);
}

}  // namespace kcert::dns01::digitalocean
