// SPDX-License-Identifier: Apache-2.0
//
// The cluster that the user works on, all that is known of it before anything is sent: everything
// but the credentials, which may have to run a program or ask a server.

#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "kube/cluster.h"
#include "session/environment.h"
#include "session/kubeconfig.h"
#include "session/session_flags.h"

namespace kcert::session {

struct Target {
    Cluster cluster;  ///< with the flags applied
    User user;
    std::string ns;
    std::string context;                ///< its name; empty: none, or a pod's service account
    kube::ClusterAccess access;         ///< credentials still null
    bool sends_credentials = false;     ///< https: make_credentials() is to be asked
    std::vector<std::string> warnings;  ///< for stderr, before anything is sent
};

/// Reads kubeconfigs and CA files, judges, and sends nothing. Throws Error{Config} in kubectl's
/// words.
Target find_target(const SessionFlags& flags, const Environment& environment);

/// kubectl's --request-timeout: seconds, or a Go duration; zero: none. Throws Error{Config}.
std::chrono::milliseconds request_timeout(const std::string& text);

}  // namespace kcert::session
