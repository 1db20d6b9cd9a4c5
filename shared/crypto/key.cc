// SPDX-License-Identifier: Apache-2.0

#include "crypto/key.h"

#include <fmt/format.h>
#include <openssl/core_names.h>
#include <openssl/pem.h>

#include <array>
#include <optional>

#include "base/error.h"
#include "crypto/openssl_handle.h"

namespace kcert::crypto {
namespace {

constexpr int kMinRsaBits = 2048;
constexpr int kMaxRsaBits = 8192;
/// An RSA key of 8192 bits takes some 6 KiB.
constexpr std::size_t kMaxPemSize = std::size_t{64} * 1024;

struct Curve {
    int bits;
    const char* name;
};
constexpr std::array kCurves{Curve{256, SN_X9_62_prime256v1}, Curve{384, SN_secp384r1},
                             Curve{521, SN_secp521r1}};

const Curve* curve_of(int bits) {
    for (const Curve& curve : kCurves) {
        if (curve.bits == bits) {
            return &curve;
        }
    }
    return nullptr;
}

EVP_PKEY* generate_key(const KeySpec& spec) {
    if (spec.algorithm == KeyAlgorithm::Rsa) {
        const bool allowed = spec.bits >= kMinRsaBits && spec.bits <= kMaxRsaBits;
        return allowed ? EVP_RSA_gen(static_cast<std::size_t>(spec.bits)) : nullptr;
    }
    const Curve* curve = curve_of(spec.bits);
    return curve != nullptr ? EVP_EC_gen(curve->name) : nullptr;
}

/// Nothing for the curves that no ACME CA takes.
std::optional<KeySpec> ecdsa_spec(const EVP_PKEY& key) {
    std::array<char, 64> group{};
    if (EVP_PKEY_get_group_name(&key, group.data(), group.size(), nullptr) != 1) {
        return std::nullopt;
    }
    for (const Curve& curve : kCurves) {
        if (std::string_view(group.data()) == curve.name) {
            return KeySpec{.algorithm = KeyAlgorithm::Ecdsa, .bits = curve.bits};
        }
    }
    return std::nullopt;
}

KeySpec supported_spec(const EVP_PKEY& key) {
    if (EVP_PKEY_is_a(&key, "RSA") == 1) {
        const int bits = EVP_PKEY_get_bits(&key);
        if (bits < kMinRsaBits || bits > kMaxRsaBits) {
            throw Error(ErrorKind::Config, fmt::format("private key: RSA of {} bits, not {} to {}",
                                                       bits, kMinRsaBits, kMaxRsaBits));
        }
        return {.algorithm = KeyAlgorithm::Rsa, .bits = bits};
    }
    const std::optional<KeySpec> spec =
        EVP_PKEY_is_a(&key, "EC") == 1 ? ecdsa_spec(key) : std::nullopt;
    if (!spec) {
        throw Error(ErrorKind::Config,
                    "private key: neither RSA nor ECDSA on P-256, P-384 or P-521");
    }
    return *spec;
}

/// A file may spell out the curve, compress the point or leave it out, and what is written from the
/// key would do so too; others may refuse that (RFC 5480 §2.1.1, §2.2).
void write_plainly(EVP_PKEY& key) {
    constexpr const char* kWhat = "private key: form of writing";
    require(EVP_PKEY_set_utf8_string_param(&key, OSSL_PKEY_PARAM_EC_ENCODING,
                                           OSSL_PKEY_EC_ENCODING_GROUP),
            kWhat);
    require(EVP_PKEY_set_utf8_string_param(&key, OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT,
                                           OSSL_PKEY_EC_POINT_CONVERSION_FORMAT_UNCOMPRESSED),
            kWhat);
    require(EVP_PKEY_set_int_param(&key, OSSL_PKEY_PARAM_EC_INCLUDE_PUBLIC, 1), kWhat);
}

/// OpenSSL would otherwise ask for a passphrase at the terminal.
int no_passphrase(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*data*/) {
    return -1;
}

}  // namespace

PrivateKey PrivateKey::generate(const KeySpec& spec) {
    const ErrorQueueGuard guard;
    KeyPtr key = require_object(KeyPtr(generate_key(spec)),
                                fmt::format("generating a key of {} bits", spec.bits));
    return PrivateKey(std::make_shared<const Handle>(Handle{.key = std::move(key), .spec = spec}));
}

KeyEncoding key_encoding(const Sensitive& pem) {
    // RFC 7468 §10: PKCS #8 names no algorithm in its label.
    return pem.reveal().find("-----BEGIN PRIVATE KEY-----") == std::string_view::npos
               ? KeyEncoding::Pkcs1
               : KeyEncoding::Pkcs8;
}

PrivateKey PrivateKey::from_pem(const Sensitive& pem) {
    const ErrorQueueGuard guard;
    const std::string_view text = pem.reveal();
    if (text.size() > kMaxPemSize) {
        throw Error(ErrorKind::Config, "private key: too long");
    }
    KeyPtr key(PEM_read_bio_PrivateKey(reader_of(text).get(), nullptr, no_passphrase, nullptr));
    if (!key) {
        throw Error(ErrorKind::Config, "private key: not an unencrypted PEM private key");
    }
    const KeySpec spec = supported_spec(*key);
    if (spec.algorithm == KeyAlgorithm::Ecdsa) {
        write_plainly(*key);
    }
    return PrivateKey(std::make_shared<const Handle>(Handle{.key = std::move(key), .spec = spec}));
}

KeySpec PrivateKey::spec() const {
    return handle_->spec;
}

Sensitive PrivateKey::to_pem(KeyEncoding encoding) const {
    const ErrorQueueGuard guard;
    const char* structure = encoding == KeyEncoding::Pkcs8 ? "PrivateKeyInfo" : "type-specific";
    const EncoderPtr encoder(OSSL_ENCODER_CTX_new_for_pkey(handle_->key.get(), EVP_PKEY_KEYPAIR,
                                                           "PEM", structure, nullptr));
    require_object(encoder.get(), "writing a private key");
    unsigned char* data = nullptr;
    std::size_t size = 0;
    require(OSSL_ENCODER_to_data(encoder.get(), &data, &size), "writing a private key");
    Sensitive pem(std::string(data, data + size));
    OPENSSL_clear_free(data, size);
    return pem;
}

std::string PrivateKey::public_key_der() const {
    const ErrorQueueGuard guard;
    unsigned char* data = nullptr;
    const int size = i2d_PUBKEY(handle_->key.get(), &data);
    const TextPtr<unsigned char> owned(data);
    if (size <= 0) {
        fail("writing a public key");
    }
    return {data, data + size};
}

}  // namespace kcert::crypto
