// SPDX-License-Identifier: Apache-2.0
//
// The TXT record sets of Cloud DNS and the change that turns what was read into what is wanted: the
// sets as they were read are deleted, those that are to stand are added, so that the service itself
// refuses where somebody wrote in between. Pure.

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "json/value.h"

namespace kcert::dns01::clouddns {

struct RecordSet {
    std::string name;  ///< fully qualified, as the service writes it
    std::int64_t ttl = 0;
    std::vector<std::string> data;  ///< as master files write it
    json::Value as_read;            ///< what a deletion has to repeat
};

/// One Change of the API.
struct RecordChange {
    std::vector<json::Value> deletions;
    std::vector<json::Value> additions;

    bool empty() const { return deletions.empty() && additions.empty(); }
};

enum class Edit { Add, Remove };

/// By name, fully qualified and in lower case.
using ValuesByName = std::map<std::string, std::vector<std::string>>;
using SetsByName = std::map<std::string, RecordSet>;

/// What is to be changed of `sets` so that each name has, or has no more, its values; other values
/// and the TTL stay as they are. Empty where all is as wanted.
RecordChange plan_change(const ValuesByName& values, const SetsByName& sets, Edit edit);

/// The set in an element of "rrsets". Throws Error{Transport} where it is malformed, Declined where
/// it has a routing policy, which no value can be added to.
RecordSet read_record_set(const json::Value& element);

}  // namespace kcert::dns01::clouddns
