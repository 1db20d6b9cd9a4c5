// SPDX-License-Identifier: Apache-2.0
//
// The codec of certmanager.k8s.io/v1alpha1: the only place that knows its field names. A wrong type
// is a Finding with its path and reading goes on; an unknown field is a warning.

#pragma once

#include "api/certificate.h"
#include "api/issuer.h"
#include "json/finding.h"
#include "json/value.h"

namespace kcert::api::v1alpha1 {

Certificate decode_certificate(const json::Value& object, json::Findings& findings);

/// Issuer and ClusterIssuer.
Issuer decode_issuer(const json::Value& object, json::Findings& findings);

/// The members of status that this project writes, as a merge patch of the object: {"status": …}.
/// What is empty or absent in `status` becomes null, so that it is removed.
json::Value encode_status(const CertificateStatus& status);
json::Value encode_status(const IssuerStatus& status);

}  // namespace kcert::api::v1alpha1
