// SPDX-License-Identifier: Apache-2.0
//
// Zones and TXT record sets of Akamai's Edge DNS API v2, as far as somebody who places and removes
// texts needs them. Every list is read to its last page. Any thread may call; a zone's records are
// changed by one thread at a time, as Akamai refuses two changes of one zone at once.

#pragma once

#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "dns01/akamai/akamai_config.h"
#include "dns01/akamai/akamai_objects.h"
#include "dns01/akamai/akamai_sets.h"
#include "dns01/service/service_client.h"
#include "json/value.h"
#include "net/http_client.h"

namespace kcert::dns01::akamai {

class AkamaiClient {
  public:
    /// `http` and `clock` must outlive it.
    AkamaiClient(const AkamaiConfig& config, net::HttpClient& http, const Clock& clock);

    /// Nothing where there is none of that name, or none that the API client sees.
    std::optional<AkamaiZone> zone(const std::string& name, std::stop_token stop);

    /// The primary zones that the API client sees; without state and version.
    std::vector<AkamaiZone> zones(std::stop_token stop);

    /// The TXT sets at each of these names.
    AkamaiSets sets(const std::string& zone, std::span<const std::string> names,
                    std::stop_token stop);

    /// Writes the `wanted` sets over what stands there, which was `held` when it was read: new ones
    /// in one call that takes effect as a whole or not at all, then each other. A set that is no
    /// longer there, or is there meanwhile, is passed over. How many changes of the zone that made.
    std::size_t write(const std::string& zone, const AkamaiSets& held, const AkamaiSets& wanted,
                      const std::stop_token& stop);

    /// The ids of the zone's versions from `since` to the newest one; empty where Akamai does not
    /// tell, or `since` is too old.
    std::vector<std::string> versions(const std::string& zone, const std::string& since,
                                      std::stop_token stop);

    /// What stood at these names in one version.
    AkamaiSets sets_of_version(const std::string& zone, const std::string& version,
                               std::span<const std::string> names, const std::stop_token& stop);

  private:
    ServiceCall zone_call(std::string_view doing, const std::string& zone,
                          std::string_view path) const;
    ServiceCall set_call(std::string_view doing, const std::string& zone,
                         const std::string& name) const;
    bool create(const std::string& zone, const AkamaiSets& sets, const std::stop_token& stop);
    bool settle(const ServiceCall& call, const std::stop_token& stop);
    std::vector<json::Value> read_list(const ServiceCall& list, std::string_view member,
                                       const std::stop_token& stop);

    std::string base_;
    ServiceClient calls_;
};

}  // namespace kcert::dns01::akamai
