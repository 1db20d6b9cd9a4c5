// SPDX-License-Identifier: Apache-2.0

#include "dns01/akamai/akamai_sets.h"

#include <catch2/catch.hpp>

namespace kcert::dns01::akamai {
namespace {

const std::string kName = "_acme-challenge.example.com.";

AkamaiSet set_of(std::initializer_list<const char*> texts, int ttl = 300) {
    AkamaiSet set{.ttl = ttl};
    for (const char* text : texts) {
        set.texts.emplace(text, std::string("\"") + text + "\"");
    }
    return set;
}

AkamaiSets at_name(std::initializer_list<const char*> texts, int ttl = 300) {
    return texts.size() == 0 ? AkamaiSets() : AkamaiSets{{kName, set_of(texts, ttl)}};
}

AkamaiWishes wish(std::initializer_list<const char*> add,
                  std::initializer_list<const char*> remove = {}) {
    return {{kName,
             {.add = set_of(add).texts,
              .remove = std::set<std::string>(remove.begin(), remove.end())}}};
}

TEST_CASE("an akamai set is written with what stands there", "[dns01][unit]") {
    CHECK(unfulfilled(wish({"ours"}), {}) == at_name({"ours"}, 0));
    CHECK(unfulfilled(wish({"ours"}), at_name({"theirs"})) == at_name({"ours", "theirs"}));
    CHECK(unfulfilled(wish({}, {"ours"}), at_name({"ours", "theirs"}, 7200)) ==
          at_name({"theirs"}, 7200));
    CHECK(unfulfilled(wish({}, {"ours"}), at_name({"ours"})) == AkamaiSets{{kName, set_of({})}});
}

TEST_CASE("an akamai set that is as it should be is not written", "[dns01][unit]") {
    AkamaiSets unquoted = at_name({"ours"});
    unquoted[kName].texts["ours"] = "ours";

    CHECK(unfulfilled(wish({"ours"}), unquoted).empty());
    CHECK(unfulfilled(wish({}, {"ours"}), at_name({"theirs"})).empty());
    CHECK(unfulfilled(wish({}, {"ours"}), {}).empty());
}

TEST_CASE("what an akamai write undid is wished for", "[dns01][unit]") {
    AkamaiWishes wishes = wish({"ours"});
    const std::vector<AkamaiSets> history{at_name({"old", "going"}), at_name({"old", "new"}),
                                          at_name({"old", "going", "ours"})};

    make_amends(wishes, history, history.back());

    CHECK(unfulfilled(wishes, history.back()) == at_name({"old", "new", "ours"}));
}

TEST_CASE("a set that akamai removed with a neighbour's value comes back with its ttl",
          "[dns01][unit]") {
    AkamaiWishes wishes = wish({}, {"ours"});
    const std::vector<AkamaiSets> history{at_name({"ours"}, 60), at_name({"ours", "new"}, 900), {}};

    make_amends(wishes, history, {{kName, {}}});

    CHECK(unfulfilled(wishes, {}) == at_name({"new"}, 900));
}

TEST_CASE("what others did before and after an akamai write is theirs", "[dns01][unit]") {
    AkamaiWishes wishes = wish({"ours"});
    const std::vector<AkamaiSets> history{at_name({"old"}), at_name({"old", "more"}),
                                          at_name({"old", "more", "ours"}), at_name({"ours"})};

    make_amends(wishes, history, at_name({"old", "more", "ours"}));

    CHECK(unfulfilled(wishes, history.back()).empty());
}

}  // namespace
}  // namespace kcert::dns01::akamai
