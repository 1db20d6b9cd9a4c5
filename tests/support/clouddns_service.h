// SPDX-License-Identifier: Apache-2.0
//
// Cloud DNS in memory, behind AnsweringHttp: the token endpoint, zones, TXT sets and changes with
// the semantics of the real one. It says what it was asked; a test bends it by its members.

#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "json/value.h"
#include "net/http_client.h"
#include "support/answering_http.h"

namespace kcert::testing {

struct ClouddnsZone {
    std::string id;
    std::string dns_name;
    std::string visibility = "public";
};

class ClouddnsService {
  public:
    struct Set {
        int ttl = 60;
        std::vector<std::string> data;

        bool operator==(const Set&) const = default;
    };

    net::Outcome answer(const net::Request& request);

    static net::Response refusal(int status, const std::string& reason, const std::string& message);

    std::vector<ClouddnsZone> zones{{"zone-com", "example.com."}};
    std::map<std::string, std::map<std::string, Set>> sets;  ///< by zone's id, then by name
    std::size_t page_size = 100;
    int polls_until_done = 0;
    int logins = 0;
    std::vector<json::Value> changes;  ///< those that were made
    std::vector<std::string> granted{"dns.changes.create",
                                     "dns.changes.get",
                                     "dns.resourceRecordSets.list",
                                     "dns.resourceRecordSets.create",
                                     "dns.resourceRecordSets.update",
                                     "dns.resourceRecordSets.delete"};
    /// Runs before each change is looked at: another client.
    std::function<void()> before_change = [] {};
    /// Answers in the service's place where it gives something.
    std::function<std::optional<net::Outcome>(const net::Request&)> instead =
        [](const net::Request&) { return std::nullopt; };

    AnsweringHttp http{[this](const net::Request& request) { return answer(request); }};

  private:
    net::Response log_in(const net::Request& request);
    net::Response list_zones(const std::string& query) const;
    net::Response list_sets(const std::string& zone, const std::string& query) const;
    net::Response make_change(const std::string& zone, const std::string& body);
    net::Response test_permissions(const std::string& body) const;
    net::Response paged(const std::string& member, const json::Value::Array& all,
                        const std::string& query) const;
};

}  // namespace kcert::testing
