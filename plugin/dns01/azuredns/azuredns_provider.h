// SPDX-License-Identifier: Apache-2.0
//
// Records placed by Azure DNS, which has one record set a name: read, edited, and written on the
// condition that it is still what was read; where somebody else wrote in between, all of it again.

#pragma once

#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.h"
#include "dns01/azuredns/azuredns_client.h"
#include "dns01/azuredns/azuredns_config.h"
#include "dns01/azuredns/txt_set.h"
#include "dns01/provider.h"
#include "net/http_client.h"

namespace kcert::dns01::azuredns {

class AzureDnsProvider final : public Provider {
  public:
    /// `http` and `clock` must outlive the provider.
    AzureDnsProvider(AzureDnsConfig config, net::HttpClient& http, const Clock& clock);

    void present(std::span<const TxtRecord> records, std::stop_token stop) override;
    void clean_up(std::span<const TxtRecord> records, std::stop_token stop) override;
    /// Asks the service which actions the application may take on each zone.
    void verify(std::span<const std::string> zones, std::stop_token stop) override;

  private:
    /// The values of one name.
    struct Target {
        TxtPlace place;
        std::vector<std::string> values;
    };

    void write(std::span<const TxtRecord> records, TxtEdit edit, const std::stop_token& stop);
    std::vector<Target> write_once(std::span<const Target> targets, TxtEdit edit,
                                   const std::stop_token& stop);
    void write_targets(std::vector<Target> targets, TxtEdit edit, const std::stop_token& stop);
    std::vector<Target> targets_of(std::span<const TxtRecord> records, const std::stop_token& stop);
    std::string zone_of(const std::string& apex, const std::string& name,
                        const std::stop_token& stop);
    void ensure_held(const std::stop_token& stop);

    AzureDnsClient client_;
    std::optional<std::vector<HeldZone>> held_;  ///< as the service listed them, once
};

}  // namespace kcert::dns01::azuredns
