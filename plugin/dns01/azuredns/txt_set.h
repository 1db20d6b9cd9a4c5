// SPDX-License-Identifier: Apache-2.0
//
// The TXT record set of a name as Azure DNS holds it, and the conditional write that turns what was
// read into what is wanted: the service itself refuses it where somebody wrote in between. Pure.

#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "json/value.h"

namespace kcert::dns01::azuredns {

struct TxtSet {
    std::string etag;
    json::Value ttl;       ///< as read
    json::Value metadata;  ///< as read; null: none
    json::Value::Array records;
};

struct TxtWrite {
    enum class Kind { Create, Replace, Remove };

    Kind kind = Kind::Create;
    std::string etag;  ///< of what was read; empty: Create
    std::string body;  ///< empty: Remove
};

enum class TxtEdit { Add, Remove };

/// The set in an answer. Throws Error{Transport} where it cannot be kept as it is by writing it
/// back.
TxtSet read_txt_set(const json::Value& answer);

/// The value of each record, its strings joined.
std::vector<std::string> txt_values(const TxtSet& set);

/// What makes the values stand in, or be gone from, what was read; other values, the TTL and the
/// metadata stay. Nothing where all is as wanted.
std::optional<TxtWrite> plan_write(const std::optional<TxtSet>& read,
                                   std::span<const std::string> values, TxtEdit edit);

}  // namespace kcert::dns01::azuredns
