// SPDX-License-Identifier: Apache-2.0
//
// Zones and record sets as Edge DNS writes them in JSON. All that is read is hostile. Pure.

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "dns01/akamai/akamai_sets.h"
#include "json/value.h"

namespace kcert::dns01::akamai {

struct AkamaiZone {
    std::string name;     ///< fully qualified
    std::string type;     ///< "PRIMARY", "SECONDARY", "ALIAS"
    std::string state;    ///< "ACTIVE", "PENDING": on its way to the name servers, "NEW", "LOCKED"
    std::string version;  ///< empty where Akamai tells none
};

/// Of a set that is new, or whose own is not told.
inline constexpr int kAkamaiSecondsToLive = 60;

/// "example.com" of "example.com.".
std::string akamai_name(std::string_view name);

/// Ids become parts of paths; those of versions are UUIDs.
bool is_akamai_version(std::string_view text);

AkamaiZone read_akamai_zone(const json::Value& object);

/// Nothing where the object is no record set.
std::optional<AkamaiSet> read_akamai_set(const json::Value& object);

/// The TXT set as it is sent, to live for `least_ttl` seconds at least.
json::Value akamai_set_object(const std::string& name, const AkamaiSet& set, int least_ttl);

}  // namespace kcert::dns01::akamai
