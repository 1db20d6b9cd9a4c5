// SPDX-License-Identifier: Apache-2.0
//
// How long an OpenID Connect id-token holds, as it says itself. Nothing is verified here: the API
// server does that. Pure.

#pragma once

#include <optional>
#include <string_view>

#include "base/clock.h"

namespace kcert::session {

/// The claim `exp`; nothing where there is none. Throws Error{Config} where `token` is no JWT.
std::optional<Time> id_token_expiry(std::string_view token);

/// The token holds for 10 s more at least. Throws as id_token_expiry() does.
bool is_usable_id_token(std::string_view token, Time now);

}  // namespace kcert::session
