// SPDX-License-Identifier: Apache-2.0
//
// What Azure's role-based access control says that a credential may do at a resource. Pure.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "json/value.h"

namespace kcert::dns01::azuredns {

/// Whether an action such as "Microsoft.Network/dnsZones/TXT/write" is one that `pattern` means:
/// '*' stands for any text, letters of either case are alike.
bool matches_action(std::string_view pattern, std::string_view action);

/// The actions that editing TXT records needs and `permissions`, the "value" of an answer, does not
/// grant: an action is granted by an entry whose actions have it and whose notActions do not.
std::vector<std::string> missing_actions(const json::Value& permissions);

}  // namespace kcert::dns01::azuredns
