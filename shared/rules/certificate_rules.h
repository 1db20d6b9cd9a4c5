// SPDX-License-Identifier: Apache-2.0
//
// The parts of check_certificate(), one a noun of the spec.

#pragma once

#include <string_view>

#include "api/certificate.h"
#include "rules/verdicts.h"

namespace kcert::rules {

/// commonName, dnsNames, ipAddresses.
void check_names(const api::CertificateSpec& spec, Verdicts& verdicts);

/// keySize, keyAlgorithm, keyEncoding, usages.
void check_key(const api::CertificateSpec& spec, Verdicts& verdicts);

/// duration and renewBefore.
void check_times(const api::CertificateSpec& spec, Verdicts& verdicts);

/// acme.config, where spec.acme stands.
void check_acme_config(const api::CertificateSpec& spec, Verdicts& verdicts);

/// A name whose solver is http01 alone; `path` is where to mend it.
void refuse_http01(std::string_view name, const json::FieldPath& path, Verdicts& verdicts);

}  // namespace kcert::rules
