// SPDX-License-Identifier: Apache-2.0
//
// A flattened JWS as a server takes it apart. The signature is checked with OpenSSL directly and
// not with our own crypto room, so that both ends cannot be wrong alike.

#pragma once

#include <optional>
#include <string>

#include "crypto/key.h"
#include "json/value.h"

namespace kcert::testing {

struct CheckedJws {
    json::Value header;
    std::string payload;
    std::string fault;  ///< what is wrong with it; empty: nothing
};

/// Takes `body` apart and checks its signature with the public half of `key`.
CheckedJws check_jws(const std::string& body, const crypto::PrivateKey& key);

}  // namespace kcert::testing
