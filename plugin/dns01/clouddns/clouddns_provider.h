// SPDX-License-Identifier: Apache-2.0
//
// Records placed by the Cloud DNS API: one Change holds all of a zone's, deletes what was read and
// adds what is to stand. Refused where somebody else wrote in between, it is planned anew.

#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.h"
#include "dns01/clouddns/clouddns_client.h"
#include "dns01/clouddns/clouddns_config.h"
#include "dns01/provider.h"
#include "net/http_client.h"

namespace kcert::dns01::clouddns {

class ClouddnsProvider final : public Provider {
  public:
    /// `http` and `clock` must outlive the provider.
    ClouddnsProvider(ClouddnsConfig config, net::HttpClient& http, const Clock& clock);

    /// Returns when Google's name servers have the records, or after some minutes.
    void present(std::span<const TxtRecord> records, std::stop_token stop) override;
    void clean_up(std::span<const TxtRecord> records, std::stop_token stop) override;
    /// Asks the service which permissions the credential has on each zone.
    void verify(std::span<const std::string> zones, std::stop_token stop) override;

  private:
    /// A change of one zone, and those of its names that fit into it.
    struct Part {
        HeldZone zone;
        ValuesByName values;
    };

    void write(std::span<const TxtRecord> records, Edit edit, const std::stop_token& stop);
    std::vector<Part> parts_of(std::span<const TxtRecord> records, const std::stop_token& stop);
    std::optional<ClouddnsClient::Taken> write_part(const Part& part, Edit edit,
                                                    const std::stop_token& stop);
    HeldZone zone_of(const std::string& apex, const std::string& name, const std::stop_token& stop);
    const std::vector<HeldZone>& zones_called(const std::string& name, const std::stop_token& stop);

    ClouddnsClient client_;
    std::mutex mutex_;                                   ///< guards the map, not what it holds
    std::map<std::string, std::vector<HeldZone>> held_;  ///< as the service listed them; only grows
};

}  // namespace kcert::dns01::clouddns
