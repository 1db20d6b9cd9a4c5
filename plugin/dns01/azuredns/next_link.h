// SPDX-License-Identifier: Apache-2.0
//
// The link from one page of the resource manager to the next. It is never followed, since the token
// would go wherever it leads: only the mark of the page is taken from it. Pure.

#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kcert::dns01::azuredns {

/// The value of $skipToken in a link to the host of `resource_manager`, encoded as it stands there;
/// nothing where the link leads elsewhere or has none.
std::optional<std::string> skip_token(std::string_view link, std::string_view resource_manager);

}  // namespace kcert::dns01::azuredns
