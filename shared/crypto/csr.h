// SPDX-License-Identifier: Apache-2.0
//
// Certificate signing requests (RFC 2986).

#pragma once

#include <string>
#include <vector>

#include "crypto/key.h"

namespace kcert::crypto {

struct CsrContent {
    std::string common_name;             ///< empty: no subject
    std::vector<std::string> dns_names;  ///< A-labels; written as subjectAltName
    /// v1alpha1 names ("digital signature", "server auth"); written as keyUsage (critical) and
    /// extendedKeyUsage. Empty: neither extension.
    std::vector<std::string> usages;
};

/// DER. Signed with SHA-256, SHA-384 or SHA-512 by the key's size. Throws Error{Internal}.
std::string make_csr(const PrivateKey& key, const CsrContent& content);

}  // namespace kcert::crypto
