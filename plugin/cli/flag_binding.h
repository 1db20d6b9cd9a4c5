// SPDX-License-Identifier: Apache-2.0
//
// Flags as CLI11 takes them, in the few shapes that this program has, bound to what they fill. The
// targets must outlive the parse.

#pragma once

#include <functional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/invocation.h"

namespace kcert::cli {

using Setter = std::function<void(const std::string&)>;

/// One value, of repeated ones the last; `fallback` is the default as help shows it.
void bind_value(CLI::App& app, const std::string& names, const std::string& fallback,
                const std::string& help, const Setter& set);
void bind_text(CLI::App& app, const std::string& names, const std::string& help,
               std::string& target);
/// A comma list, or repeated.
void bind_list(CLI::App& app, const std::string& names, const std::string& help,
               std::vector<std::string>& target);
/// Repeated only: a value may hold commas.
void bind_repeated(CLI::App& app, const std::string& names, const std::string& help,
                   const std::function<void(const std::vector<std::string>&)>& set);
void bind_flag(CLI::App& app, const std::string& names, const std::string& help, bool& target);

/// kubectl's flags that say which cluster is meant and who asks.
void bind_cluster_flags(CLI::App& app, ClusterFlags& flags);

}  // namespace kcert::cli
