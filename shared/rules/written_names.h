// SPDX-License-Identifier: Apache-2.0
//
// The names of a Certificate together with where each was written: what findings point at.

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/certificate.h"
#include "json/field_path.h"

namespace kcert::rules {

struct WrittenName {
    json::FieldPath path;                 ///< spec.commonName, spec.dnsNames[i]
    std::string text;                     ///< as written
    std::optional<std::string> a_labels;  ///< nothing where it is no DNS name
};

/// commonName, where there is one, then dnsNames.
std::vector<WrittenName> written_names(const api::CertificateSpec& spec);

/// The same with each DNS name once and what is none left out.
std::vector<WrittenName> distinct_names(const api::CertificateSpec& spec);

/// True where so many are written that their number is verdict enough.
bool too_many_to_judge(const api::CertificateSpec& spec);

}  // namespace kcert::rules
