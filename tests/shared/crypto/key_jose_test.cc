// SPDX-License-Identifier: Apache-2.0

#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>

#include "base/base64.h"
#include "shared/crypto/fixture.h"

namespace kcert::crypto {
namespace {

constexpr std::string_view kClaims =
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVl"
    "fQ";

const unsigned char* octets(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

/// DER as OpenSSL verifies it, of r and s side by side.
std::string der_signature(std::string_view sides) {
    const int half = static_cast<int>(sides.size() / 2);
    const std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> signature(ECDSA_SIG_new(),
                                                                          ECDSA_SIG_free);
    ECDSA_SIG_set0(signature.get(), BN_bin2bn(octets(sides), half, nullptr),
                   BN_bin2bn(octets(sides) + half, half, nullptr));
    unsigned char* data = nullptr;
    const int size = i2d_ECDSA_SIG(signature.get(), &data);
    std::string der(data, data + size);
    OPENSSL_free(data);
    return der;
}

bool verifies(const PrivateKey& key, const EVP_MD* hash, std::string_view input,
              std::string_view signature) {
    const std::string der = key.public_key_der();
    const unsigned char* position = octets(der);
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> pub(
        d2i_PUBKEY(nullptr, &position, static_cast<long>(der.size())), EVP_PKEY_free);
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                          EVP_MD_CTX_free);
    EVP_DigestVerifyInit(context.get(), nullptr, hash, nullptr, pub.get());
    return EVP_DigestVerify(context.get(), octets(signature), signature.size(), octets(input),
                            input.size()) == 1;
}

TEST_CASE("an RSA key's thumbprint is that of RFC 7638 §3.1", "[crypto][jose]") {
    const PrivateKey key = fixture_key("rfc7517_a2");

    CHECK(key.thumbprint() == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    CHECK(key.public_jwk() ==
          R"({"e":"AQAB","kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cb)"
          "bfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXA"
          "rwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvR"
          "L5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1"
          R"(jF44-csFCur-kEgU8awapJzKnqDKgw"})");
}

TEST_CASE("EC keys' JWKs are those of RFC 7515 A.3 and A.4", "[crypto][jose]") {
    CHECK(fixture_key("rfc7515_a3").public_jwk() ==
          R"({"crv":"P-256","kty":"EC","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)"
          R"("y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"})");
    CHECK(fixture_key("rfc7515_a4").public_jwk() ==
          R"({"crv":"P-521","kty":"EC","x":"AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EO)"
          R"(nYG_NjFZ6OvLFV1jSfS9tsz4qUxcWceqwQGk","y":"ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg)"
          R"(_l2Th-x3S1WDhjDly79ajL4Kkd0AZMaZmh9ubmf63e3kyMj2"})");
}

TEST_CASE("an RSA key makes the signature of RFC 7515 A.2", "[crypto][jose]") {
    const PrivateKey key = fixture_key("rfc7515_a2");

    const std::string signature = key.sign_jws("eyJhbGciOiJSUzI1NiJ9." + std::string(kClaims));

    CHECK(key.jws_algorithm() == "RS256");
    CHECK(base64url_encode(signature) ==
          "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W"
          "2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkS"
          "jtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnv"
          "Wh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw");
}

TEST_CASE("an ECDSA key signs with r and s side by side at full width", "[crypto][jose]") {
    struct Row {
        const char* key;
        const char* algorithm;
        const EVP_MD* hash;
        std::size_t size;
    };
    const Row row = GENERATE(Row{"p256.pkcs8", "ES256", EVP_sha256(), 64},
                             Row{"p384.pkcs8", "ES384", EVP_sha384(), 96},
                             Row{"p521.pkcs8", "ES512", EVP_sha512(), 132});
    const PrivateKey key = fixture_key(row.key);

    CHECK(key.jws_algorithm() == row.algorithm);
    // Every 128th r or s is short by a byte.
    for (int i = 0; i < 100; ++i) {
        const std::string signature = key.sign_jws(kClaims);

        REQUIRE(signature.size() == row.size);
        REQUIRE(verifies(key, row.hash, kClaims, der_signature(signature)));
    }
}

TEST_CASE("an empty input is signed too", "[crypto][jose]") {
    const PrivateKey key = fixture_key("p256.pkcs8");

    CHECK(verifies(key, EVP_sha256(), {}, der_signature(key.sign_jws({}))));
}

TEST_CASE("coordinates with leading zeros keep their width", "[crypto][jose]") {
    for (int i = 0; i < 600; ++i) {
        const std::string jwk = PrivateKey::generate({KeyAlgorithm::Ecdsa, 256}).public_jwk();

        REQUIRE(jwk.size() ==
                std::string(R"({"crv":"P-256","kty":"EC","x":"","y":""})").size() + 86);
    }
}

}  // namespace
}  // namespace kcert::crypto
