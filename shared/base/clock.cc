// SPDX-License-Identifier: Apache-2.0

#include "base/clock.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>

namespace kcert {
namespace {

// Far beyond any run, and near enough that adding it to the steady clock cannot overflow.
constexpr Duration kLongestWait = std::chrono::hours(24 * 365);

}  // namespace

Time SystemClock::now() const {
    return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}

bool SystemClock::sleep_for(Duration duration, std::stop_token stop) const {
    std::mutex mutex;
    std::condition_variable_any woken;
    std::unique_lock lock(mutex);
    woken.wait_for(lock, stop, std::min(duration, kLongestWait), [] { return false; });
    return !stop.stop_requested();
}

}  // namespace kcert
