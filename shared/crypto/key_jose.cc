// SPDX-License-Identifier: Apache-2.0
//
// What JOSE asks of a private key: its JWK, its thumbprint and its signatures.

#include <fmt/format.h>
#include <openssl/core_names.h>

#include "base/base64.h"
#include "crypto/key.h"
#include "crypto/openssl_handle.h"

namespace kcert::crypto {
namespace {

/// RFC 7518 §3.1: the hash that belongs to each key.
Digest jws_digest(const KeySpec& spec) {
    if (spec.algorithm == KeyAlgorithm::Rsa || spec.bits == 256) {
        return Digest::Sha256;
    }
    return spec.bits == 384 ? Digest::Sha384 : Digest::Sha512;
}

/// Bytes of a coordinate of the curve, and of each half of a signature.
int coordinate_size(const KeySpec& spec) {
    return (spec.bits + 7) / 8;
}

/// The number as base64urlUInt (RFC 7518 §2), filled up to `size` bytes.
std::string number(const EVP_PKEY& key, const char* name, int size = 0) {
    BIGNUM* value = nullptr;
    require(EVP_PKEY_get_bn_param(&key, name, &value), "reading a public key");
    const BignumPtr owned(value);
    return base64url_encode(bytes_of(*owned, size));
}

/// RFC 7518 §3.4: r and s as octet strings of the order's size, one after the other.
std::string concatenated(std::string_view der, int size) {
    const auto* position = reinterpret_cast<const unsigned char*>(der.data());
    const SignaturePtr signature(d2i_ECDSA_SIG(nullptr, &position, static_cast<long>(der.size())));
    require_object(signature.get(), "reading an ECDSA signature");
    return bytes_of(*ECDSA_SIG_get0_r(signature.get()), size) +
           bytes_of(*ECDSA_SIG_get0_s(signature.get()), size);
}

}  // namespace

std::string PrivateKey::public_jwk() const {
    const ErrorQueueGuard guard;
    const EVP_PKEY& key = *handle_->key;
    const KeySpec& spec = handle_->spec;
    if (spec.algorithm == KeyAlgorithm::Rsa) {
        return fmt::format(R"({{"e":"{}","kty":"RSA","n":"{}"}})",
                           number(key, OSSL_PKEY_PARAM_RSA_E), number(key, OSSL_PKEY_PARAM_RSA_N));
    }
    const int size = coordinate_size(spec);
    return fmt::format(R"({{"crv":"P-{}","kty":"EC","x":"{}","y":"{}"}})", spec.bits,
                       number(key, OSSL_PKEY_PARAM_EC_PUB_X, size),
                       number(key, OSSL_PKEY_PARAM_EC_PUB_Y, size));
}

std::string PrivateKey::thumbprint() const {
    return base64url_encode(digest(Digest::Sha256, public_jwk()));
}

std::string_view PrivateKey::jws_algorithm() const {
    if (handle_->spec.algorithm == KeyAlgorithm::Rsa) {
        return "RS256";
    }
    switch (handle_->spec.bits) {
        case 384:
            return "ES384";
        case 521:
            return "ES512";
        default:
            return "ES256";
    }
}

std::string PrivateKey::sign_jws(std::string_view input) const {
    const ErrorQueueGuard guard;
    const MdContextPtr context(EVP_MD_CTX_new());
    require_object(context.get(), "signing");
    require(EVP_DigestSignInit(context.get(), nullptr, message_digest(jws_digest(handle_->spec)),
                               nullptr, handle_->key.get()),
            "signing");
    std::size_t size = static_cast<std::size_t>(EVP_PKEY_get_size(handle_->key.get()));
    std::string signature(size, '\0');
    require(EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                           reinterpret_cast<const unsigned char*>(input.data()), input.size()),
            "signing");
    signature.resize(size);
    return handle_->spec.algorithm == KeyAlgorithm::Rsa
               ? signature
               : concatenated(signature, coordinate_size(handle_->spec));
}

}  // namespace kcert::crypto
