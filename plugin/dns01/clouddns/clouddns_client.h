// SPDX-License-Identifier: Apache-2.0
//
// The Cloud DNS API, version 1: zones, TXT record sets, changes. Knows no ACME. Any thread may
// call. Each call logs in where it has to, and throws Error where the service refuses it.

#pragma once

#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "dns01/clouddns/clouddns_config.h"
#include "dns01/clouddns/google_login.h"
#include "dns01/clouddns/record_sets.h"
#include "dns01/service/held_zones.h"
#include "dns01/service/service_client.h"
#include "net/http_client.h"

namespace kcert::dns01::clouddns {

class ClouddnsClient {
  public:
    /// `http` and `clock` must outlive it.
    ClouddnsClient(ClouddnsConfig config, net::HttpClient& http, const Clock& clock);

    void log_in(const std::stop_token& stop);

    /// The zones called `name`, fully qualified; all of the project where it is empty.
    std::vector<HeldZone> zones(std::string_view name, const std::stop_token& stop);

    /// The TXT sets that stand at `names` in the zone.
    SetsByName txt_sets(std::string_view zone_id, std::span<const std::string> names,
                        const std::stop_token& stop);

    struct Taken {
        std::string id;
        bool done = false;
    };

    /// Makes all of a change or nothing of it. Nothing where it was not made because the sets are
    /// no longer what was read.
    std::optional<Taken> change(std::string_view zone_id, const RecordChange& change,
                                const std::stop_token& stop);

    /// Waits until all of Google's name servers have the change, for three minutes at most: what
    /// the servers answer is looked at anyway, and tells more than this does.
    void await(std::string_view zone_id, const Taken& taken, const std::stop_token& stop);

    /// The permissions for editing that the credential lacks on the zone. Empty also where the
    /// service does not tell.
    std::vector<std::string> missing_permissions(std::string_view zone_id,
                                                 const std::stop_token& stop);

    const Asking& asking() const { return login_.asking(); }
    const Clock& clock() const { return api_.clock(); }

  private:
    std::vector<json::Value> list(const std::vector<ServiceCall>& calls, std::string_view member,
                                  const std::stop_token& stop);
    std::string zone_url(std::string_view zone_id) const;

    std::string base_;  ///< of the project's URLs
    GoogleLogin login_;
    ServiceClient api_;
};

}  // namespace kcert::dns01::clouddns
