// SPDX-License-Identifier: Apache-2.0
//
// Where a challenge's TXT record has to stand: the owner behind CNAME delegation, and the apex of
// the zone that holds it, found by walking SOA through zone cuts.

#pragma once

#include <span>
#include <stop_token>
#include <string>
#include <variant>
#include <vector>

#include "base/error.h"
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

/// Where one record has to stand, or why no place can be told: which server answered what, and what
/// to do.
using Located = std::variant<Location, Error>;

/// In the order of the requests; names of one zone share their questions. Follow goes over at most
/// 10 hops, notices loops, and does not follow a CNAME that a wildcard synthesised. Throws only
/// where it was stopped.
std::vector<Located> locate_each(dns::Resolver& resolver, std::span<const LocateRequest> requests,
                                 std::stop_token stop);

/// As locate_each(); throws one Error that names every domain without a place.
std::vector<Location> locate_all(dns::Resolver& resolver, std::span<const LocateRequest> requests,
                                 std::stop_token stop);

}  // namespace kcert::dns01
