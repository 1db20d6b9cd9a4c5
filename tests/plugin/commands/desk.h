// SPDX-License-Identifier: Apache-2.0
//
// What a command is given in a test, and what it said.

#pragma once

#include <sstream>
#include <string>

#include "commands/context.h"
#include "support/manual_clock.h"

namespace kcert::commands {

struct Desk {
    std::ostringstream out;
    std::ostringstream err;
    std::istringstream in;
    testing::ManualClock clock;
    cli::SharedOptions shared;
    cli::Console console{out, err, {}};

    Context context() {
        return {.console = console,
                .in = in,
                .clock = clock,
                .shared = shared,
                .program = "kubectl cert",
                .stop = {}};
    }
};

}  // namespace kcert::commands
