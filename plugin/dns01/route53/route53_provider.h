// SPDX-License-Identifier: Apache-2.0
//
// Records placed in Amazon Route 53: all records of a zone in one change.

#pragma once

#include <map>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "dns01/provider.h"
#include "dns01/route53/record_sets.h"
#include "dns01/route53/route53_client.h"
#include "dns01/route53/route53_config.h"
#include "dns01/service/held_zones.h"

namespace kcert::dns01::route53 {

class Route53Provider final : public Provider {
  public:
    /// `http` and `clock` must outlive it.
    Route53Provider(const Route53Config& config, net::HttpClient& http, const Clock& clock);

    void present(std::span<const TxtRecord> records, std::stop_token stop) override;
    void clean_up(std::span<const TxtRecord> records, std::stop_token stop) override;
    /// By a deletion that Route 53 has to refuse: whether it may not be asked for is told before.
    void verify(std::span<const std::string> zones, std::stop_token stop) override;

  private:
    void edit(std::span<const TxtRecord> records, Edit edit, const std::stop_token& stop);
    std::string zone_id(const std::string& zone, const std::string& name,
                        const std::stop_token& stop);
    std::vector<HeldZone> named(const std::string& zone, const std::stop_token& stop);
    std::vector<HeldZone> all(const std::stop_token& stop);

    std::string hosted_zone_id_;
    Route53Client client_;
    std::mutex mutex_;  ///< of what follows; held while the zones are looked up
    std::map<std::string, std::vector<HeldZone>> named_;
    std::optional<std::vector<HeldZone>> all_;
};

}  // namespace kcert::dns01::route53
