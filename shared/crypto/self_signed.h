// SPDX-License-Identifier: Apache-2.0
//
// Certificates that a key gives itself: for places that want to see a pair before a CA made one.

#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "crypto/key.h"

namespace kcert::crypto {

/// PEM of a certificate for `common_name` (at most 64 bytes) and no other name, valid from
/// `not_before` to `not_after`, to the second. No CA; nobody trusts it. Throws
/// Error{Internal}.
std::string make_self_signed(const PrivateKey& key, std::string_view common_name, Time not_before,
                             Time not_after);

}  // namespace kcert::crypto
