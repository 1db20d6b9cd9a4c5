// SPDX-License-Identifier: Apache-2.0
//
// How a run of `issue` ended, for people and as data. Pure.

#pragma once

#include <string>

#include "base/clock.h"
#include "issuance/issue.h"
#include "json/value.h"
#include "kube/object_key.h"

namespace kcert::commands {

/// The lines behind `certificate.certmanager.k8s.io/web issued` and the like; for stdout.
std::string summary(const issuance::Outcome& outcome, const kube::ObjectKey& key, Time now);

/// What is left behind and what to do: TXT records that are still there, the order that is kept;
/// for stderr. Begins with `ended` ("Stopped.") where that is not empty.
std::string aftermath(const issuance::Outcome& outcome, const std::string& ended);

json::Value to_value(const issuance::Outcome& outcome, const kube::ObjectKey& key);

}  // namespace kcert::commands
