// SPDX-License-Identifier: Apache-2.0
//
// Records placed at Akamai Edge DNS. New sets of a zone are made in one call that fails where one
// is there already; others are written whole. Then the zone is read again until all is as it
// should be: ours in place, and what other clients wrote in between too.

#pragma once

#include <map>
#include <set>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.h"
#include "dns01/akamai/akamai_client.h"
#include "dns01/akamai/akamai_config.h"
#include "dns01/provider.h"
#include "net/http_client.h"

namespace kcert::dns01::akamai {

class AkamaiProvider final : public Provider {
  public:
    /// `http` and `clock` must outlive the provider.
    AkamaiProvider(const AkamaiConfig& config, net::HttpClient& http, const Clock& clock);

    void present(std::span<const TxtRecord> records, std::stop_token stop) override;
    void clean_up(std::span<const TxtRecord> records, std::stop_token stop) override;
    /// Reads each zone and a record of it. Whether the API client may write as well, Edge DNS does
    /// not tell before it tries.
    void verify(std::span<const std::string> zones, std::stop_token stop) override;

  private:
    enum class Edit { Add, Remove };
    struct Placing {
        AkamaiZone zone;
        AkamaiWishes wishes;
    };

    void edit_all(std::span<const TxtRecord> records, Edit edit, const std::stop_token& stop);
    void edit_zone(Placing placing, const std::stop_token& stop);
    std::map<std::string, Placing> placings(const std::string& apex,
                                            std::span<const TxtRecord> records, Edit edit,
                                            const std::stop_token& stop);
    std::map<std::string, AkamaiZone> zones_of(const std::string& apex,
                                               const std::set<std::string>& names,
                                               const std::stop_token& stop);
    std::string amended_since(const std::string& version, std::size_t changes, Placing& placing,
                              const AkamaiSets& written, const std::stop_token& stop);

    AkamaiClient client_;
    const Clock& clock_;
};

}  // namespace kcert::dns01::akamai
