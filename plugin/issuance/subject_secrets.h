// SPDX-License-Identifier: Apache-2.0
//
// The Secrets that a Certificate and its issuer refer to, read in one batch.

#pragma once

#include <stop_token>

#include "issuance/subject.h"
#include "rules/rules.h"

namespace kcert::issuance {

/// Fills in the Secrets of `subject`, whose other members stand; what the rules ask about them goes
/// to `facts`. The result: the solvers whose credentials count. Throws the StatusError of a Secret
/// that is needed and may not be read.
rules::Solvers load_secrets(kube::ObjectStore& store, const SubjectOptions& options,
                            Subject& subject, rules::Facts& facts, const std::stop_token& stop);

/// json::settle() with the file that the store knows.
void settle(kube::ObjectStore& store, const kube::ObjectKey& key, const json::Value& object,
            json::Findings& findings);

}  // namespace kcert::issuance
