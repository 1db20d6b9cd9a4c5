// SPDX-License-Identifier: Apache-2.0
//
// The signing half of a CA: a certificate for whatever a request asks for. With OpenSSL directly
// and not with our own crypto room, so that what a test reads was not written by what it tests.

#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"

namespace kcert::testing {

/// A PEM chain for the request (base64url of DER, as finalize carries it): a leaf with its key,
/// subject and alternative names, valid from `begin` to `end`, and the root that signed it.
std::string sign_csr(std::string_view csr, Time begin, Time end);

}  // namespace kcert::testing
