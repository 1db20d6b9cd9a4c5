// SPDX-License-Identifier: Apache-2.0
//
// What the codecs of all kinds and versions share: metadata, conditions, references to Secrets,
// instants. A codec reads leniently and tells of each fault once.

#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "api/meta.h"
#include "json/reader.h"
#include "json/value.h"

namespace kcert::api {

/// metadata of a whole object; unknown members are warned of.
ObjectMeta decode_meta(json::ObjectReader& object);

/// The member `name` as {name, key}; empty where it is absent. `default_key` stands in for an
/// absent key.
SecretKeySelector decode_secret_key(json::ObjectReader& parent, std::string_view name,
                                    std::string_view default_key = "");

/// Nothing where the member is absent or no RFC 3339 instant.
std::optional<Time> decode_time(json::ObjectReader& parent, std::string_view name);

std::vector<Condition> decode_conditions(json::ObjectReader& status);

/// Null where there is nothing to write, so that a merge patch removes the member.
json::Value encode_conditions(const std::vector<Condition>& conditions);
json::Value encode_time(const std::optional<Time>& time);
json::Value encode_text(const std::string& text);

}  // namespace kcert::api
