// SPDX-License-Identifier: Apache-2.0
//
// Signed requests: flattened JWS JSON (RFC 7515 §7.2.2, RFC 8555 §6.2) and the inner JWS of an
// external account binding (RFC 8555 §7.3.4). Pure.

#pragma once

#include <string>
#include <string_view>

#include "base/sensitive.h"
#include "crypto/key.h"
#include "json/value.h"

namespace kcert::acme {

/// What a CA gave out of band to tie an account to a customer's.
struct ExternalAccount {
    std::string key_id;
    Sensitive mac_key;                ///< base64url (or base64), as CAs hand it out
    std::string algorithm = "HS256";  ///< HS256, HS384 or HS512
};

struct JwsHeader {
    std::string url;
    std::string nonce;
    std::string account_url;  ///< "kid"; empty: the key itself as "jwk"
};

/// The body of a POST. `payload` is JSON text; empty for POST-as-GET.
std::string sign_request(const crypto::PrivateKey& key, const JwsHeader& header,
                         std::string_view payload);

/// The "externalAccountBinding" of a newAccount request. Throws Error{Config} where the MAC key is
/// not base64url or the algorithm is none of the three.
json::Value bind_external_account(const ExternalAccount& external, const crypto::PrivateKey& key,
                                  std::string_view new_account_url);

}  // namespace kcert::acme
