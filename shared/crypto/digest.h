// SPDX-License-Identifier: Apache-2.0
//
// SHA-2 digests and HMAC (RFC 2104). All results are raw bytes.

#pragma once

#include <string>
#include <string_view>

#include "base/sensitive.h"

namespace kcert::crypto {

enum class Digest { Sha256, Sha384, Sha512 };

std::string digest(Digest algorithm, std::string_view bytes);
std::string hmac(Digest algorithm, const Sensitive& key, std::string_view bytes);

/// Lower-case hex of raw bytes.
std::string hex(std::string_view bytes);

/// `size` bytes of OpenSSL's generator.
std::string random_bytes(std::size_t size);

}  // namespace kcert::crypto
