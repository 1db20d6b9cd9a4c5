// SPDX-License-Identifier: Apache-2.0

#include "session/stop_signals.h"

#include <chrono>
#include <csignal>
#include <string_view>

#include <pthread.h>
#include <unistd.h>

namespace kcert::session {
namespace {

constexpr int kStopped = 130;  // 128 + SIGINT, as shells have it
/// timeout(1) signals its child and then the whole group: signals this close are one wish.
constexpr auto kOneWish = std::chrono::milliseconds(500);

/// SIGUSR1 is how the destructor wakes the thread.
sigset_t watched() {
    sigset_t set;
    sigemptyset(&set);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGUSR1}) {
        sigaddset(&set, signal);
    }
    return set;
}

void say(std::string_view text) {
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, text.data(), text.size());
}

}  // namespace

StopSignals::StopSignals() {
    const sigset_t set = watched();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    thread_ = std::thread([this] { wait(); });
}

StopSignals::~StopSignals() {
    pthread_kill(thread_.native_handle(), SIGUSR1);
    thread_.join();
}

void StopSignals::wait() {
    const sigset_t set = watched();
    std::chrono::steady_clock::time_point first;
    for (int signal = 0; sigwait(&set, &signal) == 0 && signal != SIGUSR1;) {
        const auto now = std::chrono::steady_clock::now();
        if (source_.request_stop()) {
            first = now;
        } else if (now - first > kOneWish) {
            say("\nLeft at once. TXT records that were placed may remain: the same command, run "
                "again, removes them and goes on with the order.\n");
            ::_exit(kStopped);
        }
    }
}

}  // namespace kcert::session
