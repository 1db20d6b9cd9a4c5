// SPDX-License-Identifier: Apache-2.0

#include "base/timestamp.h"

#include <catch2/catch.hpp>

namespace kcert {
namespace {

using namespace std::chrono_literals;

// date -u -d '1994-11-06 08:49:37' +%s
const Time kInstant{std::chrono::seconds(784111777)};

}  // namespace

TEST_CASE("an instant is written in the form its reader expects", "[base][unit]") {
    CHECK(rfc3339(kInstant) == "1994-11-06T08:49:37Z");
    CHECK(rfc3339_micro(kInstant + 1234567ns) == "1994-11-06T08:49:37.001234Z");
    CHECK(iso_date(kInstant) == "1994-11-06");
    CHECK(rfc1123z(kInstant) == "Sun, 06 Nov 1994 08:49:37 +0000");
    CHECK(rfc3339(Time(-1ns)) == "1969-12-31T23:59:59Z");
}

TEST_CASE("RFC 3339 is read with fraction and offset", "[base][unit]") {
    CHECK(parse_rfc3339("1994-11-06T08:49:37Z") == kInstant);
    CHECK(parse_rfc3339("1994-11-06t08:49:37z") == kInstant);
    CHECK(parse_rfc3339("1994-11-06T10:49:37+02:00") == kInstant);
    CHECK(parse_rfc3339("1994-11-06T03:19:37-05:30") == kInstant);
    CHECK(parse_rfc3339("1994-11-06T08:49:37.5Z") == kInstant + 500ms);
    CHECK(parse_rfc3339("1994-11-06T08:49:37.1234567899Z") == kInstant + 123456789ns);
    CHECK(parse_rfc3339("2016-12-31T23:59:60Z") == parse_rfc3339("2017-01-01T00:00:00Z"));
}

TEST_CASE("what is no RFC 3339 instant gives nothing", "[base][unit]") {
    for (const char* text :
         {"", "1994-11-06", "1994-11-06T08:49:37", "1994-11-06 08:49:37Z", "1994-02-30T00:00:00Z",
          "1994-13-01T00:00:00Z", "1994-11-06T24:00:00Z", "1994-11-06T08:60:00Z",
          "1994-11-06T08:49:61Z", "1994-11-06T08:49:37.Z", "1994-11-06T08:49:37Zx",
          "1994-11-06T08:49:37+0200", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z",
          "-994-11-06T08:49:37Z", "1994-11-06T08:49:+7Z"}) {
        INFO(text);
        CHECK_FALSE(parse_rfc3339(text));
    }
}

TEST_CASE("the three forms of an HTTP date are read", "[base][unit]") {
    CHECK(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT") == kInstant);
    CHECK(parse_http_date("Sunday, 06-Nov-94 08:49:37 GMT") == kInstant);
    CHECK(parse_http_date("Sun Nov  6 08:49:37 1994") == kInstant);
    CHECK(parse_http_date("Sat Nov 26 08:49:37 1994") == kInstant + 20 * 24h);
    CHECK(parse_http_date("Friday, 06-Nov-26 08:49:37 GMT") ==
          parse_rfc3339("2026-11-06T08:49:37Z"));
}

TEST_CASE("what is no HTTP date gives nothing", "[base][unit]") {
    for (const char* text :
         {"", "120", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 CET",
          "Sun, 31 Feb 1994 08:49:37 GMT", "1994-11-06T08:49:37Z"}) {
        INFO(text);
        CHECK_FALSE(parse_http_date(text));
    }
}

}  // namespace kcert
