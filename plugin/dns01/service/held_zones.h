// SPDX-License-Identifier: Apache-2.0
//
// Which zone of a DNS service's account holds a record: what DNS says, checked against what the
// account holds. Pure. Names are fully qualified and in lower case: "example.com.".

#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dns01/provider.h"

namespace kcert::dns01 {

struct HeldZone {
    std::string id;    ///< as the service calls it
    std::string name;  ///< apex, fully qualified
    bool is_private = false;
};

/// "example.com." of "Example.com" and "example.com.".
std::string zone_name(std::string_view text);

/// Whether `zone` is `name` or one of its parents.
bool encloses(std::string_view zone, std::string_view name);

/// `name` as seen from its zone: "_acme-challenge.www"; "@" for the apex. REQUIRES: encloses().
std::string relative_name(std::string_view name, std::string_view zone);

/// The names to ask a service for, best first: `apex`, as DNS found it, then the other names that
/// enclose `name`, the longest first. No public suffix among them.
std::vector<std::string> zone_candidates(std::string_view apex, std::string_view name);

/// The public zone of `held` that stands first among zone_candidates(); where there is none, the
/// private one. Null where the account holds none.
const HeldZone* choose_zone(std::span<const HeldZone> held, std::string_view apex,
                            std::string_view name);

/// "no zone of this account holds _acme-challenge.example.com.; it has: a.test., b.test. and 3
/// more". Empty `held`: "this account has no zone".
std::string no_zone_text(std::span<const HeldZone> held, std::string_view name);

/// The names of the records, each once.
std::vector<std::string> names_of(std::span<const TxtRecord> records);

/// The records of each zone, and of each name.
std::map<std::string, std::vector<TxtRecord>> by_zone(std::span<const TxtRecord> records);
std::map<std::string, std::vector<TxtRecord>> by_name(std::span<const TxtRecord> records);

}  // namespace kcert::dns01
