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

}  // namespace kcert::dns01
