// SPDX-License-Identifier: Apache-2.0
//
// Which kubeconfig files there are, and what they say together. client-go's rules: of several files
// the first that has an entry supplies the whole of it.

#pragma once

#include <span>
#include <string>
#include <vector>

#include "session/environment.h"
#include "session/kubeconfig.h"

namespace kcert::session {

/// The files to read where no --kubeconfig is given: those of KUBECONFIG, else ~/.kube/config.
std::vector<std::string> usual_files(const Environment& environment);

/// Makes the paths in `config` absolute, as seen from the folder of `file`, which defines it.
void resolve_paths(Kubeconfig& config, const std::string& file);

Kubeconfig merge(std::span<const Kubeconfig> configs);

/// All that `explicit_file` says; where that is empty, all that the usual files say. Only the
/// explicit one has to be there. Throws Error{Config} that names each file that is wrong.
Kubeconfig load_kubeconfig(const std::string& explicit_file, const Environment& environment);

}  // namespace kcert::session
