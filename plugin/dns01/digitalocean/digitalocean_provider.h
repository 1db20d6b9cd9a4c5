// SPDX-License-Identifier: Apache-2.0
//
// Records placed at DigitalOcean, a call each. Its records are a bag: adding does not look at what
// is there, so we look before, and again where an answer was lost.

#pragma once

#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.h"
#include "dns01/digitalocean/digitalocean_client.h"
#include "dns01/digitalocean/digitalocean_config.h"
#include "dns01/provider.h"
#include "net/http_client.h"

namespace kcert::dns01::digitalocean {

class DigitalOceanProvider final : public Provider {
  public:
    /// `http` and `clock` must outlive the provider.
    DigitalOceanProvider(const DigitalOceanConfig& config, net::HttpClient& http,
                         const Clock& clock);

    void present(std::span<const TxtRecord> records, std::stop_token stop) override;
    void clean_up(std::span<const TxtRecord> records, std::stop_token stop) override;
    /// Finds the domains and reads their records; whether the token may write, the API does not
    /// tell without a change.
    void verify(std::span<const std::string> zones, std::stop_token stop) override;

  private:
    using Step = void (DigitalOceanProvider::*)(const std::string& domain,
                                                std::span<const TxtRecord> records,
                                                const std::stop_token& stop);

    void for_each_domain(std::span<const TxtRecord> records, Step step,
                         const std::stop_token& stop);
    void add_missing(const std::string& domain, std::span<const TxtRecord> records,
                     const std::stop_token& stop);
    void remove_placed(const std::string& domain, std::span<const TxtRecord> records,
                       const std::stop_token& stop);
    void read(const std::string& domain, std::span<const TxtRecord> records,
              const std::stop_token& stop);

    DigitalOceanClient client_;
    const Clock& clock_;
};

}  // namespace kcert::dns01::digitalocean
