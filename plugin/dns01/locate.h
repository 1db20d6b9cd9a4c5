// SPDX-License-Identifier: Apache-2.0
//
// Where a challenge's TXT record has to stand: the owner behind CNAME delegation, and the apex of
// the zone that holds it, found by walking SOA through zone cuts.

#pragma once

#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "dns/resolver.h"

namespace kcert::dns01 {

enum class CnameStrategy { None, Follow };

struct LocateRequest {
    std::string name;  ///< "_acme-challenge.example.com."
    CnameStrategy strategy = CnameStrategy::None;
};

struct Location {
    std::string zone;  ///< apex, fully qualified
    std::string name;  ///< owner after CNAMEs, fully qualified
    std::vector<std::string>
        cnames;  ///< the names passed through, the asked one first; empty: none
};

/// In the order of the requests; names of one zone share their questions. Follow goes over at most
/// 10 hops, notices loops, and does not follow a CNAME that a wildcard synthesised. Throws
/// Error{Declined} that names the domain and which server answered what.
std::vector<Location> locate_all(dns::Resolver& resolver, std::span<const LocateRequest> requests,
                                 std::stop_token stop);

/// The CAA records that apply to a domain (RFC 8659 §3: the closest ancestor that has any), as
/// "0 issue ca.test". Empty: any CA may issue.
std::vector<std::string> relevant_caa(dns::Resolver& resolver, std::string_view domain,
                                      std::stop_token stop);

}  // namespace kcert::dns01
