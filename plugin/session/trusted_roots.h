// SPDX-License-Identifier: Apache-2.0
//
// The CA certificates that a cluster entry names.

#pragma once

#include <string>
#include <string_view>

#include "session/kubeconfig.h"

namespace kcert::session {

/// Why `pem` holds no CA certificate at all; empty: it holds one. Whether each can be read is told
/// by the TLS library.
std::string roots_fault(std::string_view pem);

/// PEM of the only roots that are trusted; empty: the system's are. Throws Error{Config}.
std::string trusted_roots(const Cluster& cluster);

}  // namespace kcert::session
