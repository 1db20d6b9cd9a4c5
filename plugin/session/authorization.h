// SPDX-License-Identifier: Apache-2.0
//
// The Authorization header of a request. One that is there already wins over all credentials.

#pragma once

#include <string_view>

#include "base/sensitive.h"
#include "net/http_client.h"

namespace kcert::session {

bool has_authorization(const net::Request& request);

/// Adds "Bearer TOKEN". Throws Error{Config} where the token holds what no header may.
void add_bearer(net::Request& request, const Sensitive& token);

/// Adds "Basic …" (RFC 7617).
void add_basic(net::Request& request, std::string_view username, const Sensitive& password);

/// The request carries this token.
bool bears(const net::Request& request, const Sensitive& token);

}  // namespace kcert::session
