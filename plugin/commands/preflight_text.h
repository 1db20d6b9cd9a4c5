// SPDX-License-Identifier: Apache-2.0
//
// What a dry run found, for people and as data. Pure.

#pragma once

#include <string>

#include "issuance/preflight.h"
#include "json/value.h"
#include "kube/object_key.h"

namespace kcert::commands {

/// REQUIRES: the rules did not refuse.
std::string to_text(const issuance::Preflight& report);

json::Value to_value(const issuance::Preflight& report, const kube::ObjectKey& key);

}  // namespace kcert::commands
