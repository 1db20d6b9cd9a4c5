// SPDX-License-Identifier: Apache-2.0
//
// The text of one kubeconfig file as values. What is wrong with it is told in the words that
// kubectl has for it; values are never quoted, since many are secrets.

#pragma once

#include <string>
#include <string_view>

#include "session/kubeconfig.h"

namespace kcert::session {

/// YAML or JSON; unknown members are passed over, an empty text is an empty kubeconfig. Paths stand
/// as they were written. Throws Error{Config}.
Kubeconfig decode_kubeconfig(std::string_view text);

}  // namespace kcert::session
