// SPDX-License-Identifier: Apache-2.0
//
// The issued certificate with its chain (RFC 8555 §7.4.2), and the choice among alternate chains.

#pragma once

#include <stop_token>
#include <string>

#include "acme/transport.h"

namespace kcert::acme {

/// PEM, the leaf first. Where `preferred_chain` is not empty, the first chain whose topmost issuer
/// has that common name, else the first in which any issuer has it, else the CA's default;
/// alternates are fetched only for that. Throws Error{Declined} where what comes is not 1 to 10
/// certificates.
std::string download_chain(Transport& transport, const std::string& certificate_url,
                           const std::string& preferred_chain, std::stop_token stop);

}  // namespace kcert::acme
