// SPDX-License-Identifier: Apache-2.0
//
// Time as an outside world: the instant that it is, and waiting. Pure functions take `now` as an
// argument; only what waits or stamps takes a Clock. Any thread may call.

#pragma once

#include <chrono>
#include <stop_token>

namespace kcert {

/// An instant of UTC.
using Time = std::chrono::sys_time<std::chrono::nanoseconds>;
using Duration = std::chrono::nanoseconds;

class Clock {
  public:
    virtual ~Clock() = default;

    virtual Time now() const = 0;

    /// Waits. False, at once, when `stop` is requested before the time is over.
    virtual bool sleep_for(Duration duration, std::stop_token stop) const = 0;
};

class SystemClock final : public Clock {
  public:
    Time now() const override;
    bool sleep_for(Duration duration, std::stop_token stop) const override;
};

}  // namespace kcert
