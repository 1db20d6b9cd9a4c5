// SPDX-License-Identifier: Apache-2.0

#include "dns01/challenge.h"

#include <algorithm>

#include "base/base64.h"
#include "crypto/digest.h"
#include "dns/resolver.h"

namespace kcert::dns01 {

std::string challenge_name(std::string_view domain) {
    if (domain.starts_with("*.")) {
        domain.remove_prefix(2);
    }
    return "_acme-challenge." + dns::fqdn(domain);
}

std::string challenge_value(std::string_view key_authorization) {
    return base64url_encode(crypto::digest(crypto::Digest::Sha256, key_authorization));
}

bool is_challenge_value(std::string_view text) {
    constexpr std::size_t kSize = 43;  // of 32 bytes, without padding
    return text.size() == kSize && std::ranges::all_of(text, [](char c) {
               return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                      c == '-' || c == '_';
           });
}

}  // namespace kcert::dns01
