// SPDX-License-Identifier: Apache-2.0
//
// The fields of a parsed X.509 certificate as CertificateInfo. For this room only.

#pragma once

#include "crypto/certificate.h"
#include "crypto/openssl_handle.h"

namespace kcert::crypto {

/// Throws Error{Config} where a date or an extension does not parse or an extension stands twice.
CertificateInfo read_info(const X509& certificate);

}  // namespace kcert::crypto
