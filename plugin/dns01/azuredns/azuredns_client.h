// SPDX-License-Identifier: Apache-2.0
//
// The Azure DNS API of the resource manager: zones of a resource group, TXT record sets with their
// etags, permissions. Knows no ACME. Any thread may call. Each call logs in where it has to, and
// throws Error where the service refuses it. Zones and names are fully qualified.

#pragma once

#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "dns01/azuredns/azure_login.h"
#include "dns01/azuredns/azuredns_config.h"
#include "dns01/azuredns/txt_set.h"
#include "dns01/service/held_zones.h"
#include "dns01/service/service_client.h"
#include "net/http_client.h"

namespace kcert::dns01::azuredns {

/// Where a record set stands.
struct TxtPlace {
    std::string zone;
    std::string name;
};

struct PlacedWrite {
    TxtPlace place;
    TxtWrite write;
};

class AzureDnsClient {
  public:
    /// `http` and `clock` must outlive it.
    AzureDnsClient(AzureDnsConfig config, net::HttpClient& http, const Clock& clock);
    AzureDnsClient(const AzureDnsClient&) = delete;
    AzureDnsClient& operator=(const AzureDnsClient&) = delete;

    void log_in(const std::stop_token& stop);

    /// The DNS zones of the resource group.
    std::vector<HeldZone> zones(const std::stop_token& stop);

    /// The zones of the kind that only virtual networks see; none where the service does not tell.
    std::vector<HeldZone> private_zones(const std::stop_token& stop);

    /// Throws where the zone is not there or may not be read.
    void demand_zone(std::string_view zone, const std::stop_token& stop);

    /// The sets in the order of the places; nothing where none stands there. A zone that is gone
    /// has none when `edit` is Remove, else it is an error.
    std::vector<std::optional<TxtSet>> sets(std::span<const TxtPlace> places, TxtEdit edit,
                                            const std::stop_token& stop);

    /// Whether each was made, in the order of the writes: one whose set is no longer what was read
    /// is not. All are sent before the first failure is thrown.
    std::vector<bool> write(std::span<const PlacedWrite> writes, const std::stop_token& stop);

    /// The actions for editing that the application lacks on the zone. Empty also where the service
    /// does not tell.
    std::vector<std::string> missing_rights(std::string_view zone, const std::stop_token& stop);

    /// "/subscriptions/…/resourceGroups/…", and below it the zone where one is named.
    std::string scope(std::string_view zone) const;

    const AzureDnsConfig& config() const { return config_; }
    const Clock& clock() const { return api_.clock(); }

  private:
    std::vector<json::Value> list(ServiceCall call, std::string_view scope,
                                  const std::stop_token& stop);
    Error refusal(const ServiceCall& call, const net::Response& response,
                  std::string_view scope) const;
    std::string url(std::string_view below, std::string_view version) const;
    std::string zone_path(std::string_view zone) const;
    std::string set_url(const TxtPlace& place) const;
    std::optional<std::string> next_page(const ServiceCall& call, const json::Value& page) const;

    const AzureDnsConfig config_;
    AzureLogin login_;
    ServiceClient api_;
};

}  // namespace kcert::dns01::azuredns
