// SPDX-License-Identifier: Apache-2.0
//
// What is wrong with the chosen cluster and user, all of it, in kubectl's words.

#pragma once

#include <string>
#include <vector>

#include "session/kubeconfig.h"

namespace kcert::session {

/// `name` as the kubeconfig has it. Files that are named are opened, not read. Whether a server is
/// named at all is not judged here.
std::vector<std::string> faults_of(const std::string& name, const Cluster& cluster);
std::vector<std::string> faults_of(const std::string& name, const User& user);

/// Why a proxy-url is refused; empty: it is not. Never shows what stands before an "@".
std::string proxy_fault(const std::string& proxy_url);

}  // namespace kcert::session
