// SPDX-License-Identifier: Apache-2.0
//
// What every command is given: how to talk to the user, the time, the flags that all share.

#pragma once

#include <istream>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "cli/console.h"
#include "cli/invocation.h"
#include "net/http_client.h"
#include "session/environment.h"

namespace kcert::commands {

struct Context {
    cli::Console& console;
    std::istream& in;  ///< standard input
    const Clock& clock;
    net::HttpClient& http;
    const session::Environment& environment;
    const cli::SharedOptions& shared;
    std::string program;  ///< as its user calls it: "kubectl cert"
    std::stop_token stop;
};

}  // namespace kcert::commands
