// SPDX-License-Identifier: Apache-2.0
//
// New tokens of an auth-provider go back into the kubeconfig that defines the user, as kubectl does
// it: under client-go's lock, as a whole, the rest of the file with the same content.

#pragma once

#include <string>

#include "base/clock.h"
#include "base/sensitive.h"
#include "json/value.h"

namespace kcert::session {

struct TokenUpdate {
    std::string file;  ///< a symbolic link stays one: its target is replaced
    std::string user;
    Sensitive id_token;
    Sensitive refresh_token;  ///< empty: the one in the file stays
};

/// `kubeconfig` with the tokens in the user's auth-provider. Throws Error{Config} where it has no
/// such user or that one no auth-provider.
json::Value with_tokens(json::Value kubeconfig, const TokenUpdate& update);

/// Waits some seconds for the lock, whoever was stopped meanwhile: tokens that are lost here may be
/// the last ones. Throws Error{Config} where it could not be done; the file is then as it was.
void write_back(const TokenUpdate& update, const Clock& clock);

}  // namespace kcert::session
