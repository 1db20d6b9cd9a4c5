// SPDX-License-Identifier: Apache-2.0
//
// A program that is run for what it prints. No shell; it inherits no descriptor of ours and gets an
// empty signal mask. Knows nothing of credentials. Any thread may call.

#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/sensitive.h"

namespace kcert::session {

/// None: /dev/null, in a session of its own, so that it cannot ask for the terminal and is ended
/// with all that it started. Ours: it shares the terminal, and Ctrl-C reaches it too.
enum class ChildInput { None, Ours };

struct Program {
    std::string file;                      ///< a path: nothing is searched
    std::vector<std::string> arguments;    ///< the name it is called by first
    std::vector<std::string> environment;  ///< NAME=VALUE, all of it
    ChildInput input = ChildInput::None;
};

struct ChildLimits {
    std::size_t output = 1U << 20U;            ///< bytes of stdout; more is an error
    std::size_t talk = 1U << 20U;              ///< bytes of stderr that are handed on
    Duration grace = std::chrono::seconds(2);  ///< between SIGTERM and SIGKILL
};

struct Ending {
    int exit_code = 0;  ///< -1 where a signal ended it
    int signal = 0;
    Sensitive output;  ///< stdout
};

/// Gets stderr as it arrives, byte for byte.
using TalkHandler = std::function<void(std::string_view bytes)>;

/// Runs `program` until it ends, whoever else keeps its pipes open. Throws Error: Config where it
/// cannot be started ("fork/exec FILE: permission denied") or prints more than it may, Cancelled
/// when stopped; then it was ended first.
Ending run_program(const Program& program, const ChildLimits& limits, const TalkHandler& on_talk,
                   std::stop_token stop);

/// The system's words for an error number, as Go writes them: "no such file or directory".
std::string system_reason(int error_number);

}  // namespace kcert::session
