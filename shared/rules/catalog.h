// SPDX-License-Identifier: Apache-2.0
//
// Every rule that a Finding can name: what documents are generated from, and what tells those
// apart that hold for the cluster from those of the desk.

#pragma once

#include <span>
#include <string_view>

#include "json/finding.h"

namespace kcert::rules {

/// Desk: what breaks it may be right for another controller, or is judged with the user's rights;
/// an admission webhook does not refuse it.
enum class Reach { Everywhere, Desk };

struct Rule {
    std::string_view id;       ///< "certificate/dns-name-syntax"
    std::string_view path;     ///< of the field it judges
    std::string_view meaning;  ///< what holds where the rule is kept, half a line
    Reach reach = Reach::Everywhere;
    json::Severity severity = json::Severity::Error;
};

std::span<const Rule> catalog();

/// Null where there is no such rule.
const Rule* find_rule(std::string_view id);

}  // namespace kcert::rules
