// SPDX-License-Identifier: Apache-2.0
//
// Ctrl-C and SIGTERM as a stop_token. The first one asks the run to stop and clean up; a second one
// ends the process at once with exit code 130. Owns one thread.

#pragma once

#include <stop_token>
#include <thread>

namespace kcert::session {

class StopSignals {
  public:
    /// Blocks the signals in the calling thread and so in all that it starts later: make it before
    /// any other thread.
    StopSignals();
    StopSignals(const StopSignals&) = delete;
    StopSignals& operator=(const StopSignals&) = delete;
    ~StopSignals();

    std::stop_token token() const { return source_.get_token(); }

  private:
    void wait();

    std::stop_source source_;
    std::thread thread_;
};

}  // namespace kcert::session
