// SPDX-License-Identifier: Apache-2.0
//
// Zones and TXT records of Cloudflare's API v4, as far as somebody who places and removes texts
// needs them. Every list is read to its last page. Any thread may call.

#pragma once

#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "dns01/cloudflare/cloudflare_config.h"
#include "dns01/service/service_client.h"
#include "net/http_client.h"

namespace kcert::dns01::cloudflare {

struct CloudflareZone {
    std::string id;
    std::string name;  ///< fully qualified
    bool active = false;
    /// As far as the API tells what the credential may do there: "#dns_records:edit"; often empty.
    std::vector<std::string> permissions;
};

struct CloudflareText {
    std::string id;
    std::string name;  ///< fully qualified
    std::string text;  ///< unquoted, its strings joined

    bool operator==(const CloudflareText&) const = default;
};

/// Changes of one zone that take effect together, or not at all.
struct CloudflareBatch {
    std::vector<std::string> deletes;   ///< ids
    std::vector<CloudflareText> posts;  ///< without ids
};

enum class BatchOutcome {
    Done,
    Overtaken,  ///< nothing was done: a record to add is there, or one to remove is gone
};

class CloudflareClient {
  public:
    /// `http` and `clock` must outlive it.
    CloudflareClient(CloudflareConfig config, net::HttpClient& http, const Clock& clock);

    /// Throws Error where Cloudflare says that the token was disabled or has expired. Of a token
    /// that belongs to an account it knows nothing here: then nothing is said.
    void check_token(std::stop_token stop);

    /// The zones of each of these names, active ones first.
    std::vector<CloudflareZone> zones_named(std::span<const std::string> names,
                                            std::stop_token stop);
    /// All that the credential sees.
    std::vector<CloudflareZone> zones(std::stop_token stop);

    /// The TXT records at each of these names.
    std::vector<CloudflareText> texts(const CloudflareZone& zone,
                                      std::span<const std::string> names, std::stop_token stop);

    /// REQUIRES: at most kMostChanges of both kinds.
    BatchOutcome change(const CloudflareZone& zone, const CloudflareBatch& batch,
                        std::stop_token stop);

    /// What a batch may hold on the free plan.
    static constexpr std::size_t kMostChanges = 200;

  private:
    struct List {
        ServiceCall call;  ///< its URL ends where "&page=" follows
        int page_size = 0;
    };
    std::vector<json::Value> read_lists(ServiceClient& client, std::span<const List> lists,
                                        const std::stop_token& stop);

    CloudflareConfig config_;
    ServiceClient zone_calls_;
    ServiceClient record_calls_;
};

}  // namespace kcert::dns01::cloudflare
