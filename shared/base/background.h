// SPDX-License-Identifier: Apache-2.0
//
// Work that goes on beside the flow, on a thread of its own, and is stopped and joined when its
// owner goes. One thread owns a Background.

#pragma once

#include <exception>
#include <functional>
#include <optional>
#include <stop_token>
#include <thread>
#include <utility>

namespace kcert {

template <typename Result>
class Background {
  public:
    explicit Background(std::function<Result(std::stop_token)> work)
        : thread_([this, work = std::move(work)](const std::stop_token& stop) {
              try {
                  result_ = work(stop);
              } catch (...) {
                  failure_ = std::current_exception();
              }
          }) {}

    /// The result; waits for it the first time. Throws what the work threw. When `stop` is
    /// requested while it waits, the work is asked to stop.
    const Result& get(const std::stop_token& stop) {
        if (thread_.joinable()) {
            const std::stop_callback forward(stop, [this] { thread_.request_stop(); });
            thread_.join();
        }
        if (failure_) {
            std::rethrow_exception(failure_);
        }
        return *result_;
    }

  private:
    std::optional<Result> result_;
    std::exception_ptr failure_;
    std::jthread thread_;  // last: it uses the others
};

}  // namespace kcert
