// SPDX-License-Identifier: Apache-2.0

#include "issuance/renewal.h"

#include <catch2/catch.hpp>

namespace kcert::issuance {
namespace {

using std::chrono::days;
using std::chrono::hours;

const Time kStart{std::chrono::sys_days(std::chrono::year(2026) / 1 / 1)};

Validity lasting(Duration lifetime) {
    return {kStart, kStart + lifetime};
}

TEST_CASE("a certificate is renewed 30 days before its end unless told otherwise",
          "[issuance][renewal]") {
    CHECK(renewal_window(lasting(days(90)), std::nullopt) == days(30));
    CHECK(renewal_time(lasting(days(90)), std::nullopt) == kStart + days(60));
}

TEST_CASE("renewBefore decides where it is set", "[issuance][renewal]") {
    CHECK(renewal_window(lasting(days(90)), days(10)) == days(10));
}

TEST_CASE("a window as long as the lifetime becomes a third of it", "[issuance][renewal]") {
    CHECK(renewal_window(lasting(days(30)), std::nullopt) == days(10));
    CHECK(renewal_window(lasting(days(60)), days(90)) == days(20));
}

TEST_CASE("under ten days it becomes half of the lifetime", "[issuance][renewal]") {
    CHECK(renewal_window(lasting(hours(160)), std::nullopt) == hours(80));
}

}  // namespace
}  // namespace kcert::issuance
