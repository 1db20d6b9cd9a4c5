// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string_view>

namespace kcert {

inline constexpr std::string_view kVersion = KCERT_VERSION;

}  // namespace kcert
