// SPDX-License-Identifier: Apache-2.0
//
// Private keys: RSA of 2048 to 8192 bits and ECDSA on P-256, P-384, P-521. A PrivateKey is an
// immutable value; copies share the key. Any thread may use it.

#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/sensitive.h"

namespace kcert::crypto {

enum class KeyAlgorithm { Rsa, Ecdsa };

/// How a key is written in PEM. Pkcs1 means SEC 1 ("EC PRIVATE KEY") for ECDSA, as cert-manager has
/// it.
enum class KeyEncoding { Pkcs1, Pkcs8 };

struct KeySpec {
    KeyAlgorithm algorithm = KeyAlgorithm::Rsa;
    int bits = 2048;  ///< RSA modulus, or 256, 384, 521

    bool operator==(const KeySpec&) const = default;
};

/// How the key in `pem` is written.
KeyEncoding key_encoding(const Sensitive& pem);

class PrivateKey {
  public:
    /// Throws Error{Internal} where OpenSSL refuses the size.
    static PrivateKey generate(const KeySpec& spec);

    /// PKCS#1, SEC 1 or PKCS#8, unencrypted. Throws Error{Config} on anything else, without a
    /// quote.
    static PrivateKey from_pem(const Sensitive& pem);

    KeySpec spec() const;
    Sensitive to_pem(KeyEncoding encoding) const;

    /// The key's public half as a JWK (RFC 7517), members in the order of RFC 7638 §3.2.
    std::string public_jwk() const;

    /// base64url(SHA-256(public_jwk())), RFC 7638 §3.
    std::string thumbprint() const;

    /// The JWS "alg" it signs with: RS256, ES256, ES384 or ES512 (RFC 7518 §3.1).
    std::string_view jws_algorithm() const;

    /// The JWS signature of `input`, raw bytes: for ECDSA r and s side by side (RFC 7518 §3.4).
    std::string sign_jws(std::string_view input) const;

    /// The DER SubjectPublicKeyInfo; equal for equal keys.
    std::string public_key_der() const;

    struct Handle;  // crypto's own
    const Handle& handle() const { return *handle_; }

  private:
    explicit PrivateKey(std::shared_ptr<const Handle> handle) : handle_(std::move(handle)) {}
    std::shared_ptr<const Handle> handle_;
};

}  // namespace kcert::crypto
