// SPDX-License-Identifier: Apache-2.0
//
// The TXT record of a dns-01 challenge (RFC 8555 §8.4).

#pragma once

#include <string>
#include <string_view>

namespace kcert::dns01 {

/// "_acme-challenge.example.com." of "example.com" or "*.example.com".
std::string challenge_name(std::string_view domain);

/// base64url(SHA-256(key authorization)).
std::string challenge_value(std::string_view key_authorization);

/// Whether a text has the form of challenge_value(): 43 characters of base64url.
bool is_challenge_value(std::string_view text);

}  // namespace kcert::dns01
