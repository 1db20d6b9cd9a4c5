// SPDX-License-Identifier: Apache-2.0

#include "dns01/service/held_zones.h"

#include <catch2/catch.hpp>

namespace kcert::dns01 {
namespace {

using Names = std::vector<std::string>;

const std::string kName = "_acme-challenge.www.sub.example.co.uk.";

TEST_CASE("a zone's name is compared fully qualified and in lower case", "[dns01][unit]") {
    CHECK(zone_name("Example.com") == "example.com.");
    CHECK(zone_name("example.com.") == "example.com.");
}

TEST_CASE("a zone encloses itself and whole labels below", "[dns01][unit]") {
    CHECK(encloses("example.com.", "example.com."));
    CHECK(encloses("example.com.", "www.example.com."));
    CHECK_FALSE(encloses("example.com.", "notexample.com."));
    CHECK_FALSE(encloses("www.example.com.", "example.com."));
}

TEST_CASE("a name is written as seen from its zone", "[dns01][unit]") {
    CHECK(relative_name("_acme-challenge.www.example.com.", "example.com.") ==
          "_acme-challenge.www");
    CHECK(relative_name("example.com.", "example.com.") == "@");
}

TEST_CASE("what DNS found is asked for first, a public suffix never", "[dns01][unit]") {
    CHECK(zone_candidates("example.co.uk.", kName) ==
          Names{"example.co.uk.", kName, "www.sub.example.co.uk.", "sub.example.co.uk."});
    CHECK(zone_candidates("co.uk.", kName) ==
          Names{kName, "www.sub.example.co.uk.", "sub.example.co.uk.", "example.co.uk."});
}

TEST_CASE("the zone that DNS found is taken where the account holds it", "[dns01][unit]") {
    const std::vector<HeldZone> held{{"1", "sub.example.co.uk."}, {"2", "example.co.uk."}};

    CHECK(choose_zone(held, "example.co.uk.", kName)->id == "2");
}

TEST_CASE("else the longest zone of the account that encloses the name", "[dns01][unit]") {
    const std::vector<HeldZone> held{
        {"1", "example.co.uk."}, {"2", "sub.example.co.uk."}, {"3", "le.co.uk."}};

    CHECK(choose_zone(held, "www.sub.example.co.uk.", kName)->id == "2");
}

TEST_CASE("a public zone comes before a private one of the same name", "[dns01][unit]") {
    const std::vector<HeldZone> held{{"private", "example.co.uk.", true},
                                     {"public", "example.co.uk.", false}};

    CHECK(choose_zone(held, "example.co.uk.", kName)->id == "public");
    CHECK(choose_zone(std::span(held).first(1), "example.co.uk.", kName)->id == "private");
}

TEST_CASE("a public zone comes before a longer private one", "[dns01][unit]") {
    const std::vector<HeldZone> held{{"public", "example.co.uk.", false},
                                     {"private", "sub.example.co.uk.", true}};

    CHECK(choose_zone(held, "sub.example.co.uk.", kName)->id == "public");
}

TEST_CASE("an account without a fitting zone says what it has", "[dns01][unit]") {
    std::vector<HeldZone> held{{"1", "co.uk."}, {"2", "a.test."}};
    CHECK(choose_zone(held, "example.co.uk.", kName) == nullptr);
    CHECK(no_zone_text(held, "x.test.") ==
          "no zone of this account holds x.test.; it has: co.uk., a.test.");
    for (int i = 0; i < 5; ++i) {
        held.push_back({"", "z.test."});
    }
    CHECK_THAT(no_zone_text(held, "x.test."), Catch::Matchers::EndsWith("z.test. and 2 more"));
    CHECK_THAT(no_zone_text({}, "x.test."), Catch::Matchers::Contains("it has none"));
}

}  // namespace
}  // namespace kcert::dns01
