// SPDX-License-Identifier: Apache-2.0
//
// The outside world that credentials need: time, a network, and what main knows of the process.

#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "net/http_client.h"

namespace kcert::session {

/// The references must outlive the credentials. The functions are called on whichever thread asks
/// for credentials, one call at a time within each of them.
struct CredentialsWorld {
    const Clock& clock;
    net::HttpClient& http;  ///< where oidc tokens are refreshed
    bool stdin_is_terminal = false;
    std::vector<std::string> environment;  ///< of programs that are run: NAME=VALUE

    /// Gets a sentence that the person should read.
    std::function<void(const std::string&)> warn;
    /// Gets what a program says on its stderr: any piece of text, ready for a terminal.
    std::function<void(const std::string&)> talk;
};

}  // namespace kcert::session
