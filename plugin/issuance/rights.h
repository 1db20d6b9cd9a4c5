// SPDX-License-Identifier: Apache-2.0
//
// What a run is going to ask of the place that holds its objects, for `--dry-run`. Pure.

#pragma once

#include <string>
#include <vector>

#include "issuance/plan.h"
#include "issuance/subject.h"
#include "json/value.h"
#include "kube/object_store.h"

namespace kcert::issuance {

/// Without these a run ends before anything is ordered, or in the middle.
std::vector<kube::Right> needed_rights(const Subject& subject, const Plan& plan);

/// Without these it goes on: claims and Events.
std::vector<kube::Right> useful_rights(const Subject& subject);

/// "cannot create secrets in namespace \"shop\"".
std::string lacking(const kube::Right& right);

/// The Secrets that a run would write, with empty values, for the place to judge.
std::vector<json::Value> planned_secrets(const Subject& subject);

}  // namespace kcert::issuance
