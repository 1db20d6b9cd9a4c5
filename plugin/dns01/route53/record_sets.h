// SPDX-License-Identifier: Apache-2.0
//
// TXT record sets of a hosted zone, and what has to change in them so that values come or go while
// all others stay. A set can only be created where there is none, and deleted only exactly as it
// stands: a change that rests on an old reading is refused. Pure; knows no XML.

#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kcert::dns01::route53 {

struct RecordSet {
    /// How answers are chosen among several sets of one name.
    enum class Routing {
        Simple,      ///< there is one set
        MultiValue,  ///< all are given
        Other,       ///< by weight, place, health …, or an alias: nothing for us to change
    };
    std::string name;  ///< fully qualified
    std::uint32_t ttl = 10;
    std::vector<std::string> values;  ///< quoted, as Route 53 writes them
    Routing routing = Routing::Simple;
    std::string identifier = {};  ///< "SetIdentifier" of any but a simple set

    bool operator==(const RecordSet&) const = default;
};

struct RecordChange {
    enum class Action { Delete, Create };
    Action action = Action::Create;
    RecordSet set;

    bool operator==(const RecordChange&) const = default;
};

/// By name, the values of its TXT records, unquoted.
using Texts = std::map<std::string, std::vector<std::string>>;
/// By name, the TXT record sets that stand there; a name without any may be missing.
using KnownSets = std::map<std::string, std::vector<RecordSet>>;

enum class Edit { Add, Remove };

/// What probably stands at the names before the edit is made: nothing, or what adding `texts` left.
KnownSets presumed_sets(const Texts& texts, Edit edit);

/// The changes, those of one name together. Names where all is as it should be are left out. Throws
/// Error{Declined} where a value has to be added beside sets of Routing::Other.
std::vector<std::vector<RecordChange>> changes_for(const Texts& texts, const KnownSets& known,
                                                   Edit edit);

/// What Route 53 takes at once: the changes of one name are not torn apart.
std::vector<std::vector<RecordChange>> into_batches(
    std::span<const std::vector<RecordChange>> changes);

/// `value` as Route 53 writes it: in quotes, strings of up to 255 bytes, odd bytes in octal.
std::string route53_value(std::string_view value);

}  // namespace kcert::dns01::route53
