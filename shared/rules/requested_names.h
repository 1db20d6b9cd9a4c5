// SPDX-License-Identifier: Apache-2.0
//
// The names that a Certificate asks for, as an order and a CSR carry them.

#pragma once

#include <string>
#include <vector>

#include "api/certificate.h"

namespace kcert::rules {

struct RequestedNames {
    std::string common_name;         ///< A-labels; empty where spec.commonName is (not derived)
    std::vector<std::string> names;  ///< A-labels: commonName first, then dnsNames, each once
};

/// Names that are no DNS names are left out: the rules have refused them.
RequestedNames requested_names(const api::CertificateSpec& spec);

}  // namespace kcert::rules
