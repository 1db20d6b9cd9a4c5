// SPDX-License-Identifier: Apache-2.0
//
// ManualClock stands still until somebody waits: a wait advances it at once and is recorded.

#pragma once

#include <mutex>
#include <vector>

#include "base/clock.h"

namespace kcert::testing {

class ManualClock final : public Clock {
  public:
    explicit ManualClock(Time start = Time(std::chrono::sys_days(std::chrono::year(2026) / 11 /
                                                                 23)))
        : now_(start) {}

    Time now() const override {
        const std::lock_guard lock(mutex_);
        return now_;
    }

    bool sleep_for(Duration duration, std::stop_token stop) const override {
        if (stop.stop_requested()) {
            return false;
        }
        const std::lock_guard lock(mutex_);
        now_ += duration;
        sleeps_.push_back(duration);
        return true;
    }

    void advance(Duration duration) {
        const std::lock_guard lock(mutex_);
        now_ += duration;
    }

    std::vector<Duration> sleeps() const {
        const std::lock_guard lock(mutex_);
        return sleeps_;
    }

  private:
    mutable std::mutex mutex_;
    mutable Time now_;
    mutable std::vector<Duration> sleeps_;
};

}  // namespace kcert::testing
