// SPDX-License-Identifier: Apache-2.0
//
// Whether what the CA sent is what was asked for. Pure.

#pragma once

#include <span>
#include <string>
#include <string_view>

#include "crypto/certificate.h"
#include "crypto/key.h"

namespace kcert::issuance {

/// The leaf of `chain_pem`. Throws Error{Declined} where it is not for the key and exactly the
/// names, is not valid at `now`, or the chain's certificates do not sign each other in their order.
crypto::CertificateInfo check_chain(std::string_view chain_pem, const crypto::PrivateKey& key,
                                    std::span<const std::string> names, Time now);

}  // namespace kcert::issuance
