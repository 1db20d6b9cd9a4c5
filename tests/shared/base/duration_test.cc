// SPDX-License-Identifier: Apache-2.0

#include "base/duration.h"

#include <catch2/catch.hpp>

namespace kcert {
namespace {

using namespace std::chrono_literals;

std::string back(const char* text) {
    return format_duration(parse_duration(text).value());
}

}  // namespace

TEST_CASE("durations are read as Go reads them", "[base][unit]") {
    CHECK(parse_duration("2160h") == 2160h);
    CHECK(parse_duration("1h30m") == 90min);
    CHECK(parse_duration("1.5s") == 1500ms);
    CHECK(parse_duration(".5s") == 500ms);
    CHECK(parse_duration("2.s") == 2s);
    CHECK(parse_duration("-1m") == -60s);
    CHECK(parse_duration("+1m") == 60s);
    CHECK(parse_duration("0") == 0s);
    CHECK(parse_duration("100us") == 100us);
    CHECK(parse_duration("100\u00b5s") == 100us);
    CHECK(parse_duration("100\u03bcs") == 100us);
    CHECK(parse_duration("0.1h") == 6min);
    CHECK(parse_duration("0.000000001s") == 1ns);
}

TEST_CASE("what is no duration gives nothing", "[base][unit]") {
    for (const char* text : {"", "-", "1", "h", ".s", "1d", "1h ", " 1h", "1h-1m", "1e3s", "--1s",
                             "9223372036854775808ns", "9999999999h", "2562047h48m"}) {
        INFO(text);
        CHECK_FALSE(parse_duration(text));
    }
}

TEST_CASE("durations are written as Go writes them", "[base][unit]") {
    CHECK(back("0") == "0s");
    CHECK(back("2160h") == "2160h0m0s");
    CHECK(back("90s") == "1m30s");
    CHECK(back("100ms") == "100ms");
    CHECK(back("1.5ms") == "1.5ms");
    CHECK(back("1500ns") == "1.5\u00b5s");
    CHECK(back("7ns") == "7ns");
    CHECK(back("1h0.05s") == "1h0m0.05s");
    CHECK(back("-90s") == "-1m30s");
    CHECK(format_duration(Duration::min()) == "-2562047h47m16.854775808s");
}

TEST_CASE("ages are cut off as kubectl cuts them off", "[base][unit]") {
    CHECK(human_duration(-2s) == "<invalid>");
    CHECK(human_duration(-1999ms) == "0s");
    CHECK(human_duration(999ms) == "0s");
    CHECK(human_duration(33s) == "33s");
    CHECK(human_duration(119999ms) == "119s");
    CHECK(human_duration(2min) == "2m");
    CHECK(human_duration(330s) == "5m30s");
    CHECK(human_duration(10min) == "10m");
    CHECK(human_duration(179min + 59s) == "179m");
    CHECK(human_duration(3h) == "3h");
    CHECK(human_duration(7h + 59min) == "7h59m");
    CHECK(human_duration(8h) == "8h");
    CHECK(human_duration(47h + 59min) == "47h");
    CHECK(human_duration(48h) == "2d");
    CHECK(human_duration(51h) == "2d3h");
    CHECK(human_duration(8 * 24h) == "8d");
    CHECK(human_duration(729 * 24h) == "729d");
    CHECK(human_duration(730 * 24h) == "2y");
    CHECK(human_duration(731 * 24h) == "2y1d");
    CHECK(human_duration(8 * 365 * 24h) == "8y");
}

}  // namespace kcert
