// SPDX-License-Identifier: Apache-2.0

#include <condition_variable>
#include <sstream>

#include <catch2/catch.hpp>

#include "cli/progress.h"
#include "support/manual_clock.h"

namespace kcert::cli {
namespace {

using namespace std::chrono_literals;

/// A clock on which waiting lasts until it is stopped, so that nothing is redrawn on its own.
class PatientClock final : public Clock {
  public:
    Time now() const override { return manual_.now(); }
    bool sleep_for(Duration, std::stop_token stop) const override {
        std::mutex mutex;
        std::unique_lock lock(mutex);
        std::condition_variable_any().wait(lock, stop, [] { return false; });
        return false;
    }
    void advance(Duration duration) { manual_.advance(duration); }

  private:
    testing::ManualClock manual_;
};

struct Screen {
    std::ostringstream out;
    std::ostringstream err;
    PatientClock clock;
};

TEST_CASE("in a pipe each change is a line", "[cli][unit]") {
    Screen screen;
    Console console(screen.out, screen.err, {});
    {
        Progress progress(console, screen.clock);
        progress.show("www.example.com", {.state = "presented"});
        screen.clock.advance(3s);
        progress.show("www.example.com", {.state = "valid"});
        progress.show("www.example.com", {.state = "valid"});
        screen.clock.advance(1s);
        progress.show("example.com",
                      {.state = "presented", .detail = "seen by 1 of 2 name servers"});
        progress.note("asking the resolvers");
    }

    CHECK(screen.err.str() ==
          "www.example.com  presented                                 0s\n"
          "www.example.com  valid                                     3s\n"
          "example.com      presented   seen by 1 of 2 name servers   4s\n"
          "asking the resolvers\n");
    CHECK(screen.out.str().empty());
}

TEST_CASE("the columns are wide enough from the first line on, and never shrink", "[cli][unit]") {
    Screen screen;
    Console console(screen.out, screen.err, {});
    Progress progress(console, screen.clock);
    progress.expect(std::vector<std::string>{"a.test", "longest.example.com"});

    progress.show("a.test", {.state = "presented"});
    progress.show("a.test", {.state = "presented", .detail = "seen by 10 of 12 name servers (ns)"});
    progress.show("a.test", {.state = "failed", .detail = std::string(70, 'x') + "\nmore"});
    progress.show("a.test", {.state = "valid"});

    const std::string head = "a.test               ";
    const std::string gap(34, ' ');
    CHECK(screen.err.str() == head + "presented                                 0s\n" +  //
                                  head + "presented   seen by 10 of 12 name servers (ns)   0s\n" +
                                  head + "failed      " + std::string(70, 'x') + "   0s\n" +  //
                                  head + "valid       " + gap + "   0s\n");
}

TEST_CASE("a run that is ended from outside leaves no domain on its way", "[cli][unit]") {
    Screen screen;
    Console console(screen.out, screen.err, {});
    Progress progress(console, screen.clock);
    progress.show("a.test", {.state = "valid", .final = true});
    progress.show("b.test", {.state = "presented"});
    screen.err.str("");

    progress.end({.state = "stopped", .final = true});

    CHECK(screen.err.str() == "b.test  stopped                                   0s\n");
}

TEST_CASE("on a terminal the lines are redrawn in place", "[cli][unit]") {
    Screen screen;
    Console console(screen.out, screen.err, {.err = true, .no_color = true});
    Progress progress(console, screen.clock);
    progress.show("www.example.com", {.state = "valid", .final = true});
    screen.clock.advance(4s);
    screen.err.str("");

    progress.show("example.com", {.state = "presented", .detail = "seen by 1 of 2"});

    CHECK(screen.err.str() ==
          "\x1b[1A\r\x1b[J"
          "www.example.com  valid                                     0s\n"
          "example.com      presented   seen by 1 of 2                4s\n");
}

TEST_CASE("a note stands above the lines of the domains", "[cli][unit]") {
    Screen screen;
    Console console(screen.out, screen.err, {.err = true, .no_color = true});
    Progress progress(console, screen.clock);
    progress.show("a.test", {.state = "valid"});
    screen.err.str("");

    progress.note("split horizon");

    CHECK(screen.err.str() ==
          "\x1b[1A\r\x1b[Jsplit horizon\na.test  valid                                     0s\n");
}

TEST_CASE("a small terminal shows the domains that are not done", "[cli][unit]") {
    Screen screen;
    Console console(screen.out, screen.err,
                    {.err = true, .no_color = true, .width = 41, .height = 5});
    Progress progress(console, screen.clock);
    progress.show("a.test", {.state = "valid", .final = true});
    for (const char* domain : {"b.test", "c.test", "d.test"}) {
        screen.err.str("");
        progress.show(domain, {.state = "presented", .detail = "a text that is too long"});
    }

    CHECK(screen.err.str() ==
          "\x1b[3A\r\x1b[J"
          "b.test  presented   a text that   0s\n"
          "c.test  presented   a text that   0s\n"
          "d.test  presented   a text that   0s\n"
          "… and 1 more\n");
}

TEST_CASE("what a server says does not reach the terminal unseen", "[cli][unit]") {
    Screen screen;
    Console console(screen.out, screen.err, {});
    Progress progress(console, screen.clock);

    progress.show("a.test", {.state = "invalid", .detail = "\x1b[2J"});
    progress.note("x\x1b[2Jy");

    CHECK(screen.err.str().find('\x1b') == std::string::npos);
}

}  // namespace
}  // namespace kcert::cli
