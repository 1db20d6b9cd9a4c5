// SPDX-License-Identifier: Apache-2.0
//
// RFC 4648: base64 (§4, padded) and base64url (§5, without padding, as JOSE and ACME use it).

#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kcert {

std::string base64_encode(std::string_view bytes);

/// The bytes; nothing where `text` is not base64. White space and line ends are passed over.
std::optional<std::string> base64_decode(std::string_view text);

std::string base64url_encode(std::string_view bytes);

/// The bytes; nothing where `text` is not base64url. Padding is accepted, as EAB keys often have
/// it.
std::optional<std::string> base64url_decode(std::string_view text);

}  // namespace kcert
