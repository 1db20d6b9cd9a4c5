// SPDX-License-Identifier: Apache-2.0

#include "issuance/conditions.h"

#include <algorithm>

namespace kcert::issuance {

void set_condition(std::vector<api::Condition>& conditions, api::Condition condition, Time now) {
    const auto held = std::ranges::find(conditions, condition.type, &api::Condition::type);
    if (held == conditions.end()) {
        condition.last_transition = now;
        conditions.push_back(std::move(condition));
        return;
    }
    condition.last_transition = held->status == condition.status ? held->last_transition : now;
    *held = std::move(condition);
}

bool is_true(const std::vector<api::Condition>& conditions, std::string_view type) {
    const auto held = std::ranges::find(conditions, type, &api::Condition::type);
    return held != conditions.end() && held->status == "True";
}

}  // namespace kcert::issuance
