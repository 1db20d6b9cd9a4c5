// SPDX-License-Identifier: Apache-2.0
//
// The documents of Route 53's API of 2013-04-01. Each decode_… throws Error{Transport} where the
// answer is none of its kind.

#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dns01/route53/record_sets.h"
#include "dns01/service/held_zones.h"

namespace kcert::dns01::route53 {

/// Where a list of zones goes on.
struct ZonesPosition {
    std::string dns_name;
    std::string zone_id;

    bool operator==(const ZonesPosition&) const = default;
};

/// Of ListHostedZonesByName.
struct ZonesPage {
    std::vector<HeldZone> zones;
    std::optional<ZonesPosition> next;
};

struct RecordSetsPosition {
    std::string name;
    std::string type;
    std::string identifier;
};

/// Of ListResourceRecordSets.
struct RecordSetsPage {
    std::vector<RecordSet> texts;  ///< those of type TXT, their names in lower case
    std::optional<RecordSetsPosition> next;
};

/// Of ChangeResourceRecordSets and GetChange.
struct ChangeStatus {
    std::string id;
    bool is_in_sync = false;
};

ZonesPage decode_zones(std::string_view body);
RecordSetsPage decode_record_sets(std::string_view body);
ChangeStatus decode_change(std::string_view body, const char* root);

/// A ChangeResourceRecordSetsRequest.
std::string encode_changes(std::span<const RecordChange> changes);

/// "Z0123" of "/hostedzone/Z0123" and "Z0123"; nothing where it is no id of Route 53's.
std::optional<std::string> plain_id(std::string_view text, std::string_view kind);

}  // namespace kcert::dns01::route53
