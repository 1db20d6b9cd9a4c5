// SPDX-License-Identifier: Apache-2.0
//
// The names that v1alpha1 gives to the bits of keyUsage (RFC 5280 §4.2.1.3) and to the purposes of
// extendedKeyUsage (§4.2.1.12). For this room only.

#pragma once

#include <openssl/asn1.h>
#include <openssl/objects.h>

#include <string_view>

namespace kcert::crypto {

/// One of the two meanings holds; the other is kNoBit or NID_undef.
struct Usage {
    static constexpr int kNoBit = -1;

    std::string_view name;
    int key_usage_bit = kNoBit;
    int purpose_nid = NID_undef;
};

/// Null where v1alpha1 knows no such name.
const Usage* usage_by_name(std::string_view name);

/// Of two names for one thing the standard's: "digital signature", not "signing"; empty where
/// v1alpha1 has none.
std::string_view name_of_key_usage(int bit);
std::string_view name_of_purpose(int nid);

constexpr int kKeyUsageBits = 9;

}  // namespace kcert::crypto
