// SPDX-License-Identifier: Apache-2.0
//
// What a write to Edge DNS has to say, and what it undid. A set of records is written whole and
// without a condition, so what another client wrote since it was read is overwritten; the zone's
// versions, which Akamai keeps, tell of it afterwards. Pure.

#pragma once

#include <map>
#include <set>
#include <span>
#include <string>

namespace kcert::dns01::akamai {

/// The TXT records at one name.
struct AkamaiSet {
    int ttl = 0;
    std::map<std::string, std::string> texts;  ///< by what they say, the rdata that says it

    bool operator==(const AkamaiSet&) const = default;
};

/// By name, fully qualified; a name without TXT records is missing.
using AkamaiSets = std::map<std::string, AkamaiSet>;

/// What has to stand at one name and what must not, whatever else stands there.
struct AkamaiWish {
    std::map<std::string, std::string> add;  ///< as AkamaiSet::texts
    std::set<std::string> remove;
    int ttl = 0;  ///< of a set that has to be made
};
using AkamaiWishes = std::map<std::string, AkamaiWish>;

/// The sets that have to be written so that every wish is fulfilled; one without texts is to be
/// removed. Empty where all are.
AkamaiSets unfulfilled(const AkamaiWishes& wishes, const AkamaiSets& held);

/// Adds to `wishes` what `written` undid: what others added comes back, what they removed goes.
/// `history` is what stood in the zone's versions one after the other, ours among them.
void make_amends(AkamaiWishes& wishes, std::span<const AkamaiSets> history,
                 const AkamaiSets& written);

}  // namespace kcert::dns01::akamai
