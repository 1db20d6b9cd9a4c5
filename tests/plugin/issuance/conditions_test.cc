// SPDX-License-Identifier: Apache-2.0

#include "issuance/conditions.h"

#include <catch2/catch.hpp>

namespace kcert::issuance {
namespace {

const Time kThen{std::chrono::sys_days(std::chrono::year(2026) / 1 / 1)};
const Time kNow{std::chrono::sys_days(std::chrono::year(2026) / 2 / 1)};

TEST_CASE("a condition of a new type is added with the time", "[issuance][conditions]") {
    std::vector<api::Condition> conditions;

    set_condition(conditions, {.type = "Ready", .status = "True"}, kNow);

    REQUIRE(conditions.size() == 1);
    CHECK(conditions[0].last_transition == kNow);
    CHECK(is_true(conditions, "Ready"));
}

TEST_CASE("the transition's time is kept while the status stays", "[issuance][conditions]") {
    std::vector<api::Condition> conditions;
    set_condition(conditions, {.type = "Ready", .status = "False", .reason = "A"}, kThen);

    set_condition(conditions, {.type = "Ready", .status = "False", .reason = "B"}, kNow);

    REQUIRE(conditions.size() == 1);
    CHECK(conditions[0].reason == "B");
    CHECK(conditions[0].last_transition == kThen);
}

TEST_CASE("the transition's time changes with the status", "[issuance][conditions]") {
    std::vector<api::Condition> conditions;
    set_condition(conditions, {.type = "Ready", .status = "False"}, kThen);

    set_condition(conditions, {.type = "Ready", .status = "True"}, kNow);

    CHECK(conditions[0].last_transition == kNow);
}

TEST_CASE("a type that is not there is not true", "[issuance][conditions]") {
    CHECK_FALSE(is_true({}, "Ready"));
}

}  // namespace
}  // namespace kcert::issuance
