// SPDX-License-Identifier: Apache-2.0
//
// What a run would do for a Certificate, decided from values alone: which names and key, whether
// anything is due, and why.

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/certificate.h"
#include "api/issuer.h"
#include "api/secret.h"
#include "crypto/certificate.h"
#include "crypto/key.h"
#include "rules/requested_names.h"

namespace kcert::issuance {

struct PlanInput {
    const api::Certificate& certificate;
    const api::Issuer& issuer;
    const api::Secret* current;  ///< spec.secretName's; null where it is not there
    Time now;
    bool force = false;
};

struct Plan {
    rules::RequestedNames names;
    crypto::KeySpec key;
    crypto::KeyEncoding encoding = crypto::KeyEncoding::Pkcs1;
    std::string directory;             ///< the CA's, a retired one mapped to its successor
    std::vector<std::string> reasons;  ///< why to order; empty: the certificate is good as it is
    /// The leaf at hand; nothing where the Secret holds none that can be read.
    std::optional<crypto::CertificateInfo> current;
    crypto::KeyEncoding current_encoding = crypto::KeyEncoding::Pkcs1;  ///< of its key
    std::optional<Time> renew_from;                                     ///< of `current`
    std::string missing;  ///< what keeps `current` from being read; empty where it is

    bool due() const { return !reasons.empty(); }
};

/// REQUIRES: the rules found no error, so that names, key and issuer are usable.
Plan make_plan(const PlanInput& input);

/// A digest of all that an order and its key depend on: a run goes on with a stored order only
/// where this is unchanged.
std::string spec_hash(const api::Certificate& certificate, const api::AcmeIssuer& issuer,
                      const Plan& plan);

crypto::KeySpec key_spec(const api::CertificateSpec& spec);
crypto::KeyEncoding key_encoding(const api::CertificateSpec& spec);

/// The directory that requests go to.
std::string directory_url(const api::AcmeIssuer& issuer);

}  // namespace kcert::issuance
