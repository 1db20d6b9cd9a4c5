// SPDX-License-Identifier: Apache-2.0

#include "net/retry_after.h"

#include <catch2/catch.hpp>

namespace kcert::net {

namespace {

using std::chrono::hours;
using std::chrono::seconds;

const Time kNow = std::chrono::sys_days(std::chrono::year(2026) / 11 / 23);

std::optional<Duration> wait_for(const char* value) {
    return retry_after({.status = 429, .headers = {{"retry-after", value}}}, kNow);
}

}  // namespace

TEST_CASE("Retry-After counts in seconds", "[net][unit]") {
    CHECK(wait_for("120") == seconds(120));
    CHECK(wait_for(" 0 ") == seconds(0));
    CHECK(wait_for("0000000000000007") == seconds(7));
}

TEST_CASE("Retry-After names a date", "[net][unit]") {
    CHECK(wait_for("Mon, 23 Nov 2026 00:01:30 GMT") == seconds(90));
}

TEST_CASE("a date that is over means now", "[net][unit]") {
    CHECK(wait_for("Sun, 22 Nov 2026 23:59:59 GMT") == seconds(0));
}

TEST_CASE("an absurd wait is cut to a year", "[net][unit]") {
    CHECK(wait_for("99999999999999999999999") == hours(24 * 366));
    CHECK(wait_for("999999999") == hours(24 * 366));
    CHECK(wait_for("Fri, 31 Dec 2199 23:59:59 GMT") == hours(24 * 366));
}

TEST_CASE("what is neither seconds nor a date says nothing", "[net][unit]") {
    const auto* value = GENERATE("", "-1", "1.5", "soon", "10s", "+1");

    CHECK_FALSE(wait_for(value));
}

TEST_CASE("without the header there is nothing to wait for", "[net][unit]") {
    CHECK_FALSE(retry_after({.status = 503}, kNow));
}

}  // namespace kcert::net
