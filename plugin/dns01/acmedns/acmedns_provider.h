// SPDX-License-Identifier: Apache-2.0
//
// Records at an acme-dns server, one account a domain. A CNAME leads from the challenge's name to
// the account's; the server's two values are all that may stand there.

#pragma once

#include <set>
#include <string>
#include <utility>

#include "dns01/acmedns/acmedns_client.h"
#include "dns01/provider.h"

namespace kcert::dns01::acmedns {

class AcmeDnsProvider final : public Provider {
  public:
    /// `http` and `clock` must outlive it.
    AcmeDnsProvider(AcmeDnsConfig config, net::HttpClient& http, const Clock& clock);

    void present(std::span<const TxtRecord> records, std::stop_token stop) override;
    /// Nothing: acme-dns cannot remove a value. It goes when two others were set.
    void clean_up(std::span<const TxtRecord> records, std::stop_token stop) override;
    /// That the server is up; it tells of no account before one is used.
    void verify(std::span<const std::string> zones, std::stop_token stop) override;

  private:
    const AcmeDnsAccount& account_of(const TxtRecord& record) const;
    void set_values(std::span<const TxtRecord> records, const std::stop_token& stop);

    AcmeDnsConfig config_;
    const Clock& clock_;
    AcmeDnsClient client_;
    std::set<std::pair<std::string, std::string>> presented_;  ///< names and values of this run
};

}  // namespace kcert::dns01::acmedns
