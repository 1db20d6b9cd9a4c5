// SPDX-License-Identifier: Apache-2.0
//
// Domains and TXT records of DigitalOcean's API v2, as far as somebody who places and removes texts
// needs them. Every list is read to its last page. Any thread may call.

#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.h"
#include "dns01/digitalocean/digitalocean_config.h"
#include "dns01/service/service_client.h"
#include "json/value.h"
#include "net/http_client.h"

namespace kcert::dns01::digitalocean {

struct DigitalOceanText {
    std::int64_t id = 0;
    std::string name;  ///< fully qualified
    std::string text;  ///< as it is stored

    bool operator==(const DigitalOceanText&) const = default;
};

class DigitalOceanClient {
  public:
    /// `http` and `clock` must outlive it.
    DigitalOceanClient(const DigitalOceanConfig& config, net::HttpClient& http, const Clock& clock);

    /// The account's domains, fully qualified.
    std::vector<std::string> domains(std::stop_token stop);

    /// The TXT records at each of these names.
    std::vector<DigitalOceanText> texts(const std::string& domain,
                                        std::span<const std::string> names, std::stop_token stop);

    /// Adds each, several at a time; a second one of the same content stands beside the first. What
    /// it returns is why nobody knows whether all were added: an answer was lost or broken. Throws
    /// Error where one was refused.
    std::optional<Error> add(const std::string& domain, std::span<const DigitalOceanText> texts,
                             std::stop_token stop);

    /// Removes each by its id; one that is gone is no error.
    void remove(const std::string& domain, std::span<const DigitalOceanText> texts,
                std::stop_token stop);

  private:
    std::vector<json::Value> read_lists(std::span<const ServiceCall> lists, std::string_view member,
                                        const std::stop_token& stop);
    std::string records_url(const std::string& domain) const;

    std::string base_;
    ServiceClient calls_;
};

/// How long DigitalOcean wants to be left alone: Retry-After, or until its rate limit has room
/// again.
std::optional<Duration> digitalocean_wait(const net::Response& response, Time now);

}  // namespace kcert::dns01::digitalocean
