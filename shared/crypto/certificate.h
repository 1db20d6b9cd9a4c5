// SPDX-License-Identifier: Apache-2.0
//
// X.509 certificates, read only. Everything comes from outside and is taken as hostile: what does
// not parse is an Error{Config}, texts may hold anything.

#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "crypto/key.h"

namespace kcert::crypto {

/// What people and rules ask of a certificate. Names as they stand in it.
struct CertificateInfo {
    std::string subject_common_name;
    std::string issuer_common_name;
    std::string issuer_organization;
    std::vector<std::string> dns_names;
    std::vector<std::string> ip_addresses;
    Time not_before;
    Time not_after;
    std::string serial;  ///< lower-case hex without colons
    KeySpec key;         ///< algorithm and bits; bits 0 where it is neither RSA nor ECDSA
    std::vector<std::string> usages;  ///< v1alpha1 names of keyUsage and extendedKeyUsage
    std::string authority_key_id;     ///< raw bytes; empty where absent
    std::string signature_algorithm;  ///< OpenSSL's long name
    std::string sha256_fingerprint;   ///< lower-case hex
    bool is_ca = false;
};

class Certificate {
  public:
    /// The certificates of a PEM text in their order, at most `limit`. Throws Error{Config} where a
    /// block does not parse, where there is none, or too many.
    static std::vector<Certificate> parse_pem(std::string_view pem, std::size_t limit = 10);

    const CertificateInfo& info() const;
    std::string to_pem() const;

    bool has_key(const PrivateKey& key) const;

    /// Whether `issuer`'s key made this one's signature.
    bool is_signed_by(const Certificate& issuer) const;

    struct Handle;

  private:
    explicit Certificate(std::shared_ptr<const Handle> handle) : handle_(std::move(handle)) {}
    std::shared_ptr<const Handle> handle_;
};

}  // namespace kcert::crypto
