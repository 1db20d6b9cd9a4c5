// SPDX-License-Identifier: Apache-2.0

#include "dns01/presented_records.h"

#include <catch2/catch.hpp>

#include "support/recording_provider.h"

namespace kcert::dns01 {
namespace {

using testing::RecordingProvider;

using Records = std::vector<TxtRecord>;
using Calls = std::vector<Records>;

const TxtRecord kOne{"example.com.", "_acme-challenge.example.com.", "one"};
const TxtRecord kTwo{"example.com.", "_acme-challenge.example.com.", "two"};
const TxtRecord kOther{"example.org.", "_acme-challenge.example.org.", "three"};

TEST_CASE("every provider removes its own records, in one call", "[dns01][unit]") {
    RecordingProvider first;
    RecordingProvider second;
    PresentedRecords presented;
    presented.add(first, Records{kOne});
    presented.add(second, Records{kOther});
    presented.add(first, Records{kTwo, kOne});

    const std::vector<Leftover> left = presented.clean_up({});

    CHECK(left.empty());
    CHECK(presented.empty());
    CHECK(first.cleaned == Calls{{kOne, kTwo}});
    CHECK(second.cleaned == Calls{Records{kOther}});
}

TEST_CASE("a provider that fails does not keep the others from removing", "[dns01][unit]") {
    RecordingProvider failing;
    RecordingProvider good;
    failing.clean_up_failure = Error(ErrorKind::Declined, "no right");
    PresentedRecords presented;
    presented.add(failing, Records{kOne});
    presented.add(good, Records{kOther});

    const std::vector<Leftover> left = presented.clean_up({});

    REQUIRE(left.size() == 1);
    CHECK(left[0].record == kOne);
    CHECK(left[0].error == "no right");
    CHECK(good.cleaned.size() == 1);
}

TEST_CASE("a zone that is stuck does not keep the provider's other zones", "[dns01][unit]") {
    RecordingProvider provider;
    provider.stuck_zone = "example.com.";
    PresentedRecords presented;
    presented.add(provider, Records{kOne, kOther});
    provider.present(Records{kOne, kOther}, {});

    const std::vector<Leftover> left = presented.clean_up({});

    REQUIRE(left.size() == 1);
    CHECK(left[0].record == kOne);
    CHECK(provider.standing() == Records{kOne});
}

TEST_CASE("what was left can be tried again", "[dns01][unit]") {
    RecordingProvider provider;
    provider.clean_up_failure = Error(ErrorKind::Transport, "lost");
    PresentedRecords presented;
    presented.add(provider, Records{kOne});
    presented.clean_up({});
    provider.clean_up_failure.reset();

    const std::vector<Leftover> left = presented.clean_up({});

    CHECK(left.empty());
    CHECK(presented.empty());
}

TEST_CASE("all providers present, and each failure bears its provider's name", "[dns01][unit]") {
    RecordingProvider good;
    RecordingProvider failing;
    failing.present_failure = Error(ErrorKind::Config, "wrong key");
    const std::vector<Placement> placements{{&failing, "corp", {kOne}},
                                            {&good, "public", {kOther}}};

    const std::vector<PresentFailure> failures = present_all(placements, {});

    REQUIRE(failures.size() == 1);
    CHECK(failures[0].provider_name == "corp");
    CHECK(failures[0].error.kind() == ErrorKind::Config);
    CHECK(good.standing() == Records{kOther});
}

TEST_CASE("a zone that is refused is told apart from the provider's other zones", "[dns01][unit]") {
    RecordingProvider provider;
    provider.refused_zone = "example.com.";
    const std::vector<Placement> placements{{&provider, "corp", {kOne, kOther, kTwo}}};

    const std::vector<PresentFailure> failures = present_all(placements, {});

    REQUIRE(failures.size() == 1);
    CHECK(failures[0].concerns("corp", "example.com."));
    CHECK_FALSE(failures[0].concerns("corp", "example.org."));
    CHECK_FALSE(failures[0].concerns("public", "example.com."));
    CHECK(provider.standing() == Records{kOther});
}

TEST_CASE("a failure that tells no zone stands for all", "[dns01][unit]") {
    RecordingProvider provider;
    provider.present_failure = Error(ErrorKind::Transport, "lost");
    const std::vector<Placement> placements{{&provider, "corp", {kOne, kOther}}};

    const std::vector<PresentFailure> failures = present_all(placements, {});

    REQUIRE(failures.size() == 1);
    CHECK(failures[0].zones == std::set<std::string>{"example.com.", "example.org."});
}

TEST_CASE("nothing presented is nothing to remove", "[dns01][unit]") {
    PresentedRecords presented;

    CHECK(presented.clean_up({}).empty());
    CHECK(present_all({}, {}).empty());
}

}  // namespace
}  // namespace kcert::dns01
