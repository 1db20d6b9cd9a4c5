// SPDX-License-Identifier: Apache-2.0

#include "dns01/akamai/akamai_sets.h"

#include <algorithm>

namespace kcert::dns01::akamai {
namespace {

AkamaiSet set_at(const AkamaiSets& sets, const std::string& name) {
    const auto found = sets.find(name);
    return found == sets.end() ? AkamaiSet() : found->second;
}

bool say_the_same(const AkamaiSet& left, const AkamaiSet& right) {
    return std::ranges::equal(left.texts, right.texts, {},
                              &std::pair<const std::string, std::string>::first,
                              &std::pair<const std::string, std::string>::first);
}

AkamaiSet fulfilled(const AkamaiWish& wish, AkamaiSet set) {
    if (set.texts.empty()) {
        set.ttl = wish.ttl;
    }
    for (const std::string& text : wish.remove) {
        set.texts.erase(text);
    }
    // An rdata that says the same already stays as its owner wrote it.
    set.texts.insert(wish.add.begin(), wish.add.end());
    return set;
}

/// `after` was written over `before`, and should have been `meant`.
void amend(AkamaiWish& wish, const AkamaiSet& before, const AkamaiSet& after,
           const AkamaiSet& meant) {
    for (const auto& [text, rdata] : meant.texts) {
        if (!after.texts.contains(text)) {
            wish.add.emplace(text, rdata);
            wish.remove.erase(text);
            wish.ttl = before.ttl;
        }
    }
    for (const auto& [text, rdata] : after.texts) {
        if (!meant.texts.contains(text)) {
            wish.remove.insert(text);
            wish.add.erase(text);
        }
    }
}

}  // namespace

AkamaiSets unfulfilled(const AkamaiWishes& wishes, const AkamaiSets& held) {
    AkamaiSets wanted;
    for (const auto& [name, wish] : wishes) {
        const AkamaiSet stands = set_at(held, name);
        AkamaiSet set = fulfilled(wish, stands);
        if (!say_the_same(set, stands)) {
            wanted.emplace(name, std::move(set));
        }
    }
    return wanted;
}

void make_amends(AkamaiWishes& wishes, std::span<const AkamaiSets> history,
                 const AkamaiSets& written) {
    const AkamaiWishes original = wishes;
    for (std::size_t i = 1; i < history.size(); ++i) {
        for (const auto& [name, ours] : written) {
            const AkamaiSet before = set_at(history[i - 1], name);
            const AkamaiSet after = set_at(history[i], name);
            if (say_the_same(after, ours) && !say_the_same(before, after)) {
                amend(wishes[name], before, after, fulfilled(original.at(name), before));
            }
        }
    }
}

}  // namespace kcert::dns01::akamai
