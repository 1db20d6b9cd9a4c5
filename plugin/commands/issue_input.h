// SPDX-License-Identifier: Apache-2.0
//
// What `issue -f` works on: Certificates and issuers out of files.

#pragma once

#include <string>
#include <vector>

#include "commands/context.h"
#include "commands/manifest_input.h"
#include "kube/manifest_view.h"
#include "kube/object_key.h"

namespace kcert::commands {

/// Reads the files. Says which Secrets in them are not used: credentials are read where the result
/// is written. Throws Error{Config} where a file cannot be read or names another namespace than -n.
ManifestInput issue_input(const std::vector<std::string>& files, const std::string& ns,
                          const Context& context);

/// The Certificates of the files in their order; only that of `name` where one is given. Throws
/// Error{Config} where there is none.
std::vector<kube::ObjectKey> certificates_of(const ManifestInput& input,
                                             const kube::ManifestView& view,
                                             const std::string& name);

}  // namespace kcert::commands
