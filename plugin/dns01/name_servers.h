// SPDX-License-Identifier: Apache-2.0
//
// The authoritative servers of zones, by name and address, as the resolver tells them.

#pragma once

#include <map>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "dns/resolver.h"

namespace kcert::dns01 {

struct NameServer {
    std::string host;                    ///< "ns1.example.com."
    std::vector<std::string> addresses;  ///< empty where none is found
};

/// By zone; a zone whose servers cannot be found is missing. Two rounds of questions for all zones.
std::map<std::string, std::vector<NameServer>> find_name_servers(dns::Resolver& resolver,
                                                                 const std::set<std::string>& zones,
                                                                 std::stop_token stop);

}  // namespace kcert::dns01
