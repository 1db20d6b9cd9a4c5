// SPDX-License-Identifier: Apache-2.0

#include "support/jws_check.h"

#include <memory>

#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "base/base64.h"
#include "json/json.h"

namespace kcert::testing {

namespace {

const unsigned char* bytes(const std::string& text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

Key public_key(const crypto::PrivateKey& key) {
    const std::string der = key.public_key_der();
    const unsigned char* data = bytes(der);
    return {d2i_PUBKEY(nullptr, &data, static_cast<long>(der.size())), EVP_PKEY_free};
}

/// DER of r and s side by side.
std::string ecdsa_der(const std::string& raw) {
    const int half = static_cast<int>(raw.size() / 2);
    const std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> signature(ECDSA_SIG_new(),
                                                                          ECDSA_SIG_free);
    ECDSA_SIG_set0(signature.get(), BN_bin2bn(bytes(raw), half, nullptr),
                   BN_bin2bn(bytes(raw) + half, half, nullptr));
    std::string der(static_cast<std::size_t>(i2d_ECDSA_SIG(signature.get(), nullptr)), '\0');
    auto* out = reinterpret_cast<unsigned char*>(der.data());
    i2d_ECDSA_SIG(signature.get(), &out);
    return der;
}

bool verifies(const crypto::PrivateKey& key, const std::string& input, std::string signature) {
    if (key.spec().algorithm == crypto::KeyAlgorithm::Ecdsa) {
        signature = ecdsa_der(signature);
    }
    const Key pkey = public_key(key);
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                          EVP_MD_CTX_free);
    EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, pkey.get());
    return EVP_DigestVerify(context.get(), bytes(signature), signature.size(), bytes(input),
                            input.size()) == 1;
}

}  // namespace

CheckedJws check_jws(const std::string& body, const crypto::PrivateKey& key) {
    const json::Value jws = json::parse_json(body);
    const std::string header(jws.text({"protected"}));
    const std::string payload(jws.text({"payload"}));
    const std::string signature = base64url_decode(jws.text({"signature"})).value_or("");
    CheckedJws checked{.header = json::parse_json(base64url_decode(header).value_or("")),
                       .payload = base64url_decode(payload).value_or("")};
    if (jws.as_object().size() != 3) {
        checked.fault = "members other than protected, payload, signature";
    } else if (checked.header.text({"alg"}) != key.jws_algorithm()) {
        checked.fault = "wrong alg";
    } else if (!verifies(key, header + "." + payload, signature)) {
        checked.fault = "wrong signature";
    }
    return checked;
}

}  // namespace kcert::testing
