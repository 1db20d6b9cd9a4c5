// SPDX-License-Identifier: Apache-2.0
//
// How an exec plugin is called: what it is told, with which environment, and where it lies. Pure
// but for find_program().

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "session/kubeconfig.h"

namespace kcert::session {

/// Throws Error{Config} where client-go does not speak this version either.
void check_exec_version(std::string_view api_version);

/// Whether the plugin may ask the person. Throws Error{Config} where it must and cannot.
bool is_interactive(std::string_view mode, bool stdin_is_terminal);

/// KUBERNETES_EXEC_INFO. `cluster` only where provideClusterInfo is set, with its CA as PEM in
/// certificate_authority_data.
std::string exec_info(std::string_view api_version, bool interactive, const Cluster* cluster);

/// `parent` and over it `own`, each name once.
std::vector<std::string> child_environment(const std::vector<std::string>& parent,
                                           const Pairs& own);

/// The file of a bare name in the PATH of `environment`; relative folders in it do not count.
/// Nothing where there is none.
std::optional<std::string> find_program(std::string_view name,
                                        const std::vector<std::string>& environment);

}  // namespace kcert::session
