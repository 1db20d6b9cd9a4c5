// SPDX-License-Identifier: Apache-2.0

#include "base/clock.h"

#include <catch2/catch.hpp>
#include <condition_variable>
#include <mutex>

#include "base/deadline.h"

namespace kcert {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

void wait_for_stop(const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any woken;
    std::unique_lock lock(mutex);
    woken.wait(lock, stop, [] { return false; });
}

}  // namespace

TEST_CASE("the system clock waits for as long as it is told", "[base][unit]") {
    const SystemClock clock;
    const auto begin = std::chrono::steady_clock::now();

    const bool waited = clock.sleep_for(milliseconds(2), {});

    CHECK(waited);
    CHECK(std::chrono::steady_clock::now() - begin >= milliseconds(2));
}

TEST_CASE("a wait that is stopped ends at once and says so", "[base][unit]") {
    const SystemClock clock;
    std::stop_source stop;
    const std::jthread stopper([&stop] { stop.request_stop(); });

    CHECK_FALSE(clock.sleep_for(Duration::max(), stop.get_token()));
    CHECK_FALSE(clock.sleep_for(Duration::zero(), stop.get_token()));
}

TEST_CASE("a deadline requests a stop when the time is up", "[base][unit]") {
    const Deadline deadline(milliseconds(1), {});

    wait_for_stop(deadline.token());

    CHECK(deadline.expired());
}

TEST_CASE("a deadline passes its parent's stop on at once, and has not expired", "[base][unit]") {
    std::stop_source parent;
    const Deadline deadline(Duration::max(), parent.get_token());

    parent.request_stop();

    CHECK(deadline.token().stop_requested());
    CHECK_FALSE(deadline.expired());
}

TEST_CASE("a deadline whose parent was stopped before is stopped from the start", "[base][unit]") {
    std::stop_source parent;
    parent.request_stop();

    const Deadline deadline(hours(1), parent.get_token());

    CHECK(deadline.token().stop_requested());
}

TEST_CASE("a deadline that goes early leaves its token unstopped", "[base][unit]") {
    std::stop_token token;
    {
        const Deadline deadline(hours(1), {});
        token = deadline.token();
    }

    CHECK_FALSE(token.stop_requested());
}

}  // namespace kcert
