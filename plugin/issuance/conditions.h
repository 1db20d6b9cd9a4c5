// SPDX-License-Identifier: Apache-2.0
//
// The conditions of a status, one a type. Pure.

#pragma once

#include <string_view>
#include <vector>

#include "api/meta.h"

namespace kcert::issuance {

/// Replaces the condition of its type, or adds it. The transition's time is kept while the status
/// stays the same, else it is `now`.
void set_condition(std::vector<api::Condition>& conditions, api::Condition condition, Time now);

bool is_true(const std::vector<api::Condition>& conditions, std::string_view type);

}  // namespace kcert::issuance
