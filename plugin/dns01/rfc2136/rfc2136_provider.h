// SPDX-License-Identifier: Apache-2.0
//
// Records placed by dynamic DNS update: one UPDATE a zone, all zones at once, small ones over UDP.
// Adding and removing by value is idempotent, so a lost packet is simply sent again.

#pragma once

#include <vector>

#include "dns/exchange.h"
#include "dns/resolver.h"
#include "dns01/provider.h"
#include "dns01/rfc2136/rfc2136_config.h"

namespace kcert::dns01::rfc2136 {

class Rfc2136Provider final : public Provider {
  public:
    /// `resolver` finds the server's addresses where it has a name; it must outlive the provider.
    Rfc2136Provider(Rfc2136Config config, dns::Resolver& resolver);

    void present(std::span<const TxtRecord> records, std::stop_token stop) override;
    void clean_up(std::span<const TxtRecord> records, std::stop_token stop) override;
    /// By an UPDATE that changes nothing: a wrong key and a zone it may not edit are refused.
    void verify(std::span<const std::string> zones, std::stop_token stop) override;

  private:
    void send_all(const std::vector<Update>& updates, const std::stop_token& stop);
    const std::vector<dns::Server>& servers(const std::stop_token& stop);

    Rfc2136Config config_;
    dns::Resolver& resolver_;
    std::vector<dns::Server> servers_;
};

/// One update a zone, more where a packet would not hold it.
std::vector<Update> split_by_zone(std::span<const TxtRecord> records, Change change);

}  // namespace kcert::dns01::rfc2136
