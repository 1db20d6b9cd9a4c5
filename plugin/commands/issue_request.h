// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "cli/invocation.h"
#include "commands/context.h"
#include "issuance/issue.h"
#include "kube/object_key.h"

namespace kcert::commands {

/// The flags of `issue` as issuance takes them. Reads --acme-ca: Error{Config} where that is no
/// file of PEM certificates.
issuance::IssueRequest issue_request(const cli::IssueOptions& options, const kube::ObjectKey& key,
                                     const Context& context);

}  // namespace kcert::commands
