// SPDX-License-Identifier: Apache-2.0
//
// One cluster and one user out of a kubeconfig, with the flags laid over them, as client-go does
// it.

#pragma once

#include <string>

#include "session/kubeconfig.h"
#include "session/session_flags.h"

namespace kcert::session {

struct Selected {
    std::string context;  ///< its name; empty: there is none
    std::string ns;       ///< -n, else the context's; empty: neither
    Cluster cluster;      ///< without a server where nobody names one
    User user;
};

/// Throws Error{Config} in kubectl's words with all that is wrong: entries that are not there,
/// files that cannot be opened, settings that exclude each other.
Selected select(const Kubeconfig& config, const SessionFlags& flags);

}  // namespace kcert::session
