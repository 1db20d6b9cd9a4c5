// SPDX-License-Identifier: Apache-2.0
//
// A bound on the time of what waits: a stop_token of its own that is requested when the time is up
// or when the parent's is. Owns one thread while it lives.

#pragma once

#include <atomic>
#include <functional>
#include <stop_token>
#include <thread>

#include "base/clock.h"

namespace kcert {

class Deadline {
  public:
    /// Counts real time from now. Without a parent pass a default stop_token: that is how a
    /// clean-up gets time of its own after the run was stopped.
    Deadline(Duration limit, std::stop_token parent);
    Deadline(const Deadline&) = delete;
    Deadline& operator=(const Deadline&) = delete;
    ~Deadline();

    std::stop_token token() const { return source_.get_token(); }

    /// True when the time ran out, false while it runs and when the parent stopped first.
    bool expired() const { return expired_; }

  private:
    std::atomic<bool> expired_ = false;
    std::stop_source source_;
    std::jthread thread_;
    std::stop_callback<std::function<void()>> on_parent_;
};

}  // namespace kcert
