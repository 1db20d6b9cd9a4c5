// SPDX-License-Identifier: Apache-2.0
//
// What only one thread may do at a time and what may take long: those who wait for their turn can
// be stopped. Any thread may call.

#pragma once

#include <condition_variable>
#include <mutex>
#include <stop_token>

#include "base/error.h"

namespace kcert::session {

class Turns {
  public:
    /// Ends with its scope.
    class Turn {
      public:
        explicit Turn(Turns& turns) : turns_(turns) {}
        Turn(const Turn&) = delete;
        Turn& operator=(const Turn&) = delete;
        ~Turn() {
            const std::lock_guard lock(turns_.mutex_);
            turns_.taken_ = false;
            turns_.free_.notify_one();
        }

      private:
        Turns& turns_;
    };

    /// Waits until nobody has the turn. Throws Error{Cancelled} when stopped before.
    Turn take(std::stop_token stop) {
        std::unique_lock lock(mutex_);
        if (!free_.wait(lock, stop, [this] { return !taken_; })) {
            throw Error(ErrorKind::Cancelled, "stopped");
        }
        taken_ = true;
        return Turn(*this);
    }

  private:
    std::mutex mutex_;
    std::condition_variable_any free_;
    bool taken_ = false;
};

}  // namespace kcert::session
