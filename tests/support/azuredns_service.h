// SPDX-License-Identifier: Apache-2.0
//
// Azure DNS in memory, behind AnsweringHttp: the token endpoint, zones, TXT record sets with etags
// and permissions, with the semantics of the real one. A test bends it by its members.

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

inline constexpr const char* kAzureTenant = "11111111-2222-3333-4444-555555555555";
inline constexpr const char* kAzureClient = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee";
inline constexpr const char* kAzureSubscription = "99999999-8888-7777-6666-555555555555";
inline constexpr const char* kAzureSecret = "AbC8Q~the-secret_of.the-test~0123456789";

/// The stanza of an issuer that names the service below.
json::Value azuredns_stanza();

class AzureDnsService {
  public:
    struct Set {
        std::string etag;
        int ttl = 60;
        std::vector<std::vector<std::string>> records;
        std::optional<std::string> owner;  ///< its only metadata
    };

    net::Outcome answer(const net::Request& request);

    /// As the resource manager refuses.
    static net::Response refusal(int status, const std::string& code, const std::string& message);
    /// As the token endpoint refuses.
    static net::Response login_refusal(int status, int number, const std::string& message);

    /// Another client's write: the etag is another one then.
    void put(const std::string& zone, const std::string& relative, Set set);

    /// The values at a name, each of its strings joined by '|'.
    std::vector<std::string> values(const std::string& zone, const std::string& relative) const;

    std::vector<std::string> zones{"example.com"};
    std::vector<std::string> private_zones;    ///< of the type privateDnsZones
    std::map<std::string, std::string> kinds;  ///< zoneType by name; Public where none is named
    std::map<std::string, std::map<std::string, Set>> sets;  ///< by zone, then by relative name
    std::size_t page_size = 100;
    std::string link_host = "https://management.azure.com:443";
    int expires_in = 3599;
    int logins = 0;
    json::Value permissions;  ///< of every zone
    /// Runs before each write is looked at: another client.
    std::function<void()> before_write = [] {};
    /// Answers in the service's place where it gives something.
    std::function<std::optional<net::Outcome>(const net::Request&)> instead =
        [](const net::Request&) { return std::nullopt; };

    AnsweringHttp http{[this](const net::Request& request) { return answer(request); }};

    AzureDnsService();

  private:
    net::Response log_in(const net::Request& request);
    net::Response list(const std::vector<std::string>& names, const std::string& query) const;
    net::Response zone(const std::string& name, const std::string& below,
                       const net::Request& request);
    net::Response get(const std::string& zone, const std::string& relative) const;
    net::Response write(const std::string& zone, const std::string& relative,
                        const net::Request& request);

    int etags_ = 0;
};

}  // namespace kcert::testing
