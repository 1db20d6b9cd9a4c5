// SPDX-License-Identifier: Apache-2.0
//
// What a command is given in a test, and what it said.

#pragma once

#include <sstream>
#include <string>

#include "commands/context.h"
#include "support/manual_clock.h"
#include "support/scripted_http.h"

namespace kcert::commands {

struct Desk {
    std::ostringstream out;
    std::ostringstream err;
    std::istringstream in;
    testing::ManualClock clock;
    testing::ScriptedHttp http;
    session::Environment environment;
    cli::SharedOptions shared;
    cli::Console console{out, err, {}};

    Context context() {
        return {.console = console,
                .in = in,
                .clock = clock,
                .http = http,
                .environment = environment,
                .shared = shared,
                .program = "kubectl cert",
                .stop = {}};
    }
};

}  // namespace kcert::commands
