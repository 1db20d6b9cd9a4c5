// SPDX-License-Identifier: Apache-2.0
//
// Records placed at Cloudflare: one batch a zone that adds or removes all, on what was read just
// before; where another client was faster, read again.

#pragma once

#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.h"
#include "dns01/cloudflare/cloudflare_client.h"
#include "dns01/cloudflare/cloudflare_config.h"
#include "dns01/provider.h"
#include "net/http_client.h"

namespace kcert::dns01::cloudflare {

class CloudflareProvider final : public Provider {
  public:
    /// `http` and `clock` must outlive the provider.
    CloudflareProvider(CloudflareConfig config, net::HttpClient& http, const Clock& clock);

    void present(std::span<const TxtRecord> records, std::stop_token stop) override;
    void clean_up(std::span<const TxtRecord> records, std::stop_token stop) override;
    /// Reads each zone's records, and what the API tells of the credential's permissions there.
    void verify(std::span<const std::string> zones, std::stop_token stop) override;

  private:
    /// What is to be changed for `records`, given what stands at their names.
    using Decide = CloudflareBatch (*)(std::span<const TxtRecord> records,
                                       std::span<const CloudflareText> held);
    struct Placing {
        CloudflareZone zone;
        std::vector<TxtRecord> records;
    };

    std::vector<Placing> placings(const std::string& apex, std::span<const TxtRecord> records,
                                  const std::stop_token& stop);
    std::vector<CloudflareZone> held_around(const std::string& apex,
                                            std::span<const TxtRecord> records,
                                            const std::stop_token& stop);
    void change_all(std::span<const TxtRecord> records, Decide decide, const std::stop_token& stop);
    void change(const Placing& placing, Decide decide, const std::stop_token& stop);
    void verify_zone(const std::string& apex, const std::stop_token& stop);

    CloudflareClient client_;
    const Clock& clock_;
};

/// Those of `records` that are not held.
CloudflareBatch missing_texts(std::span<const TxtRecord> records,
                              std::span<const CloudflareText> held);

/// Those held that are among `records`.
CloudflareBatch placed_texts(std::span<const TxtRecord> records,
                             std::span<const CloudflareText> held);

}  // namespace kcert::dns01::cloudflare
