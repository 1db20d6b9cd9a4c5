// SPDX-License-Identifier: Apache-2.0

#include "base/deadline.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>

namespace kcert {
namespace {

constexpr Duration kLongestLimit = std::chrono::hours(24 * 365);

/// False when `stop` came before the time was over.
bool wait_out(Duration limit, const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any woken;
    std::unique_lock lock(mutex);
    woken.wait_for(lock, stop, std::min(limit, kLongestLimit), [] { return false; });
    return !stop.stop_requested();
}

}  // namespace

Deadline::Deadline(Duration limit, std::stop_token parent)
    : thread_([this, limit](const std::stop_token& ended) {
          if (wait_out(limit, ended) && !source_.stop_requested()) {
              expired_ = true;
              source_.request_stop();
          }
      }),
      on_parent_(std::move(parent), [this] {
          source_.request_stop();
          thread_.request_stop();
      }) {}

// The members do it: the parent lets go first, then the thread is woken and joined.
Deadline::~Deadline() = default;

}  // namespace kcert
