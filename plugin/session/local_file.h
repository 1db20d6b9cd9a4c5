// SPDX-License-Identifier: Apache-2.0
//
// Files that the user's session names: kubeconfigs, certificates. Failures are worded as kubectl
// words them: "open /x: no such file or directory".

#pragma once

#include <string>

#include "base/sensitive.h"

namespace kcert::session {

struct LocalFile {
    Sensitive content;
    std::string failure;   ///< empty: it was read
    bool missing = false;  ///< the failure is that there is no such file
};

/// Whole, at most 16 MiB. Pipes are read too: `--kubeconfig <(…)` is one.
LocalFile read_local_file(const std::string& path);

/// A regular file that has to be there, whole. Throws Error{Config}; where it is not there in
/// kubectl's words.
std::string read_needed_file(const std::string& path);

/// Why it cannot be opened for reading; empty: it can. Reads nothing.
std::string open_failure(const std::string& path);

/// "stat /x: no such file or directory"; empty: something is there, or that cannot be told.
std::string absence(const std::string& path);

bool is_file(const std::string& path);

}  // namespace kcert::session
