// SPDX-License-Identifier: Apache-2.0

#include <sstream>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "cli/console.h"
#include "cli/exit_status.h"

namespace kcert::cli {
namespace {

TEST_CASE("data and talk go to different streams", "[cli][unit]") {
    std::ostringstream out;
    std::ostringstream err;
    Console console(out, err, {});

    console.out("data\n");
    console.err("talk\n");
    console.warn("careful");

    CHECK(out.str() == "data\n");
    CHECK(err.str() == "talk\nWarning: careful\n");
}

TEST_CASE("colours appear on a terminal only, unless NO_COLOR or TERM=dumb says no",
          "[cli][unit]") {
    std::ostringstream out;
    std::ostringstream err;

    CHECK(Console(out, err, {.err = true}).painted("x", Colour::Red) == "\x1b[31mx\x1b[0m");
    CHECK(Console(out, err, {.err = false}).painted("x", Colour::Red) == "x");
    CHECK(Console(out, err, {.err = true, .no_color = true}).painted("x", Colour::Red) == "x");
    CHECK(Console(out, err, {.err = true, .dumb = true}).painted("x", Colour::Red) == "x");
}

TEST_CASE("data that cannot be written is a failure", "[cli][unit]") {
    std::ostringstream out;
    std::ostringstream err;
    Console console(out, err, {});
    out.setstate(std::ios::badbit);

    CHECK_THROWS_AS(console.out("data"), Error);
    CHECK_NOTHROW(console.err("talk"));
}

TEST_CASE("each kind of failure has its exit code", "[cli][unit]") {
    CHECK(static_cast<int>(exit_status(ErrorKind::Usage)) == 2);
    CHECK(static_cast<int>(exit_status(ErrorKind::TimedOut)) == 124);
    CHECK(static_cast<int>(exit_status(ErrorKind::Cancelled)) == 130);
    CHECK(static_cast<int>(exit_status(ErrorKind::Declined)) == 1);
    CHECK(static_cast<int>(exit_status(ErrorKind::Config)) == 1);
}

}  // namespace
}  // namespace kcert::cli
