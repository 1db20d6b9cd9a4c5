// SPDX-License-Identifier: Apache-2.0
//
// Route 53's API: its hosted zones, TXT record sets and changes, each list read to its last page.
// Any thread may call.

#pragma once

#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "dns01/route53/aws_session.h"
#include "dns01/route53/record_sets.h"
#include "dns01/route53/route53_config.h"
#include "dns01/route53/route53_xml.h"
#include "dns01/service/held_zones.h"
#include "dns01/service/service_client.h"

namespace kcert::dns01::route53 {

/// Each call throws Error where the service refuses it or gives no usable answer.
class Route53Client {
  public:
    /// `http` and `clock` must outlive it.
    Route53Client(const Route53Config& config, net::HttpClient& http, const Clock& clock);

    /// The hosted zones of that name: there may be a public and several private ones.
    std::vector<HeldZone> zones_named(const std::string& name, const std::stop_token& stop);
    std::vector<HeldZone> zones(const std::stop_token& stop);

    KnownSets text_sets(const std::string& zone_id, std::span<const std::string> names,
                        const std::stop_token& stop);

    /// An InvalidChangeBatch: nothing was changed, as something stands otherwise than the changes
    /// say, or cannot stand there at all.
    struct Refusal {
        Error error;
    };
    using Changed = std::variant<ChangeStatus, Refusal>;

    /// All of the changes or none.
    Changed change(const std::string& zone_id, std::span<const RecordChange> changes,
                   const std::stop_token& stop);

    /// Waits, two minutes at most, until all name servers have the change. What then is not so, or
    /// may not be asked, is left to who asks the name servers themselves.
    void await_in_sync(const std::string& change_id, const std::stop_token& stop);

    const Clock& clock() const { return service_.clock(); }

    /// Gets the credentials that calls are signed with, unless they are at hand. Throws Error.
    void log_in(const std::stop_token& stop) { session_.log_in(stop); }

  private:
    net::Response demand(const ServiceCall& call, const std::string& needs,
                         const std::stop_token& stop);
    Error failure(const ServiceCall& call, const net::Response& response,
                  const std::string& needs) const;
    ZonesPage zones_page(const std::optional<ZonesPosition>& from, const std::stop_token& stop);
    std::vector<RecordSet> text_sets_at(const std::string& zone_id, const std::string& name,
                                        const std::stop_token& stop);
    std::string zone_arn(const std::string& zone_id) const;

    std::string url_;
    std::string partition_;
    AwsSession session_;
    ServiceClient service_;
};

}  // namespace kcert::dns01::route53
