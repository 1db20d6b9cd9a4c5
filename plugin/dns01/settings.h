// SPDX-License-Identifier: Apache-2.0
//
// What the user of a run, and nobody else, hands to all providers: values of the user's own
// environment and command line, never of an object in the cluster.

#pragma once

#include <functional>
#include <map>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/sensitive.h"
#include "kube/aggregated_api.h"

namespace kcert::dns01 {

struct ProgramEnding {
    int exit_code = 0;  ///< -1 where a signal ended it
    std::string talk;   ///< the end of what it printed on stderr; hostile
};

struct ProviderSettings {
    /// Those of provider_variables() that are set, by name.
    std::map<std::string, Sensitive, std::less<>> variables = {};
    /// --ambient-credentials: a stanza without credentials may use those of the environment.
    bool ambient_credentials = false;
    /// Reads a file that `variables` name. Throws Error{Config}; empty: there are no files.
    std::function<Sensitive(const std::string& path)> read_file = {};
    /// The API server of the user's session; null with a folder of manifests.
    kube::AggregatedApi* aggregated_api = nullptr;
    /// Runs a program, no shell, until it ends or `stop` ends it. Throws Error{Config} where it
    /// cannot be started.
    std::function<ProgramEnding(const std::string& file, std::span<const std::string> arguments,
                                std::stop_token stop)>
        run_program = {};

    /// Empty where it is not set.
    std::string_view variable(std::string_view name) const {
        const auto found = variables.find(name);
        return found == variables.end() ? std::string_view() : found->second.reveal();
    }
};

}  // namespace kcert::dns01
