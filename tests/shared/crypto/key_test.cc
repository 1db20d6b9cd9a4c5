// SPDX-License-Identifier: Apache-2.0

#include "crypto/key.h"

#include <set>
#include <thread>
#include <vector>

#include "shared/crypto/fixture.h"

namespace kcert::crypto {
namespace {

struct NamedKey {
    const char* name;
    KeySpec spec;
};
const std::vector<NamedKey> kKeys{
    {"rsa2048", {KeyAlgorithm::Rsa, 2048}}, {"rsa3072", {KeyAlgorithm::Rsa, 3072}},
    {"rsa4096", {KeyAlgorithm::Rsa, 4096}}, {"p256", {KeyAlgorithm::Ecdsa, 256}},
    {"p384", {KeyAlgorithm::Ecdsa, 384}},   {"p521", {KeyAlgorithm::Ecdsa, 521}},
};

TEST_CASE("keys are read from PKCS#8, PKCS#1 and SEC 1", "[crypto][key]") {
    for (const auto& [name, spec] : kKeys) {
        CAPTURE(name);
        const PrivateKey pkcs8 = fixture_key(std::string(name) + ".pkcs8");
        const PrivateKey pkcs1 = fixture_key(std::string(name) + ".pkcs1");

        CHECK(pkcs8.spec() == spec);
        CHECK(pkcs1.spec() == spec);
        CHECK(pkcs8.public_key_der() == fixture(std::string(name) + ".pub.der"));
        CHECK(pkcs1.public_key_der() == fixture(std::string(name) + ".pub.der"));
    }
}

TEST_CASE("keys are written byte for byte as openssl writes them", "[crypto][key]") {
    for (const auto& [name, spec] : kKeys) {
        CAPTURE(name, spec.bits);
        const std::string pkcs8 = fixture(std::string(name) + ".pkcs8.pem");
        const std::string pkcs1 = fixture(std::string(name) + ".pkcs1.pem");

        const PrivateKey key = PrivateKey::from_pem(Sensitive(pkcs8));

        CHECK(key.to_pem(KeyEncoding::Pkcs8).reveal() == pkcs8);
        CHECK(key.to_pem(KeyEncoding::Pkcs1).reveal() == pkcs1);
    }
}

TEST_CASE("a key's rarer PEM forms are read as the same key", "[crypto][key]") {
    const char* name =
        GENERATE("p256.compressed", "p256.explicit", "p256.no_public", "p256.with_parameters");
    CAPTURE(name);

    const PrivateKey key = fixture_key(name);

    CHECK(key.public_key_der() == fixture("p256.pub.der"));
    CHECK(key.to_pem(KeyEncoding::Pkcs1).reveal() == fixture("p256.pkcs1.pem"));
    CHECK(key.to_pem(KeyEncoding::Pkcs8).reveal() == fixture("p256.pkcs8.pem"));
    CHECK(key.thumbprint() == fixture_key("p256.pkcs8").thumbprint());
}

TEST_CASE("text around a key is passed over", "[crypto][key]") {
    const std::string pem = "some words\r\n" + fixture("p256.pkcs8.pem") + "more words";

    CHECK(PrivateKey::from_pem(Sensitive(pem)).spec().bits == 256);
}

TEST_CASE("a generated key has the algorithm and size asked for", "[crypto][key]") {
    const auto spec =
        GENERATE(KeySpec{KeyAlgorithm::Rsa, 2048}, KeySpec{KeyAlgorithm::Ecdsa, 256},
                 KeySpec{KeyAlgorithm::Ecdsa, 384}, KeySpec{KeyAlgorithm::Ecdsa, 521});
    const auto encoding = GENERATE(KeyEncoding::Pkcs1, KeyEncoding::Pkcs8);
    CAPTURE(spec.bits);

    const PrivateKey key = PrivateKey::generate(spec);
    const PrivateKey again = PrivateKey::from_pem(key.to_pem(encoding));

    CHECK(again.spec() == spec);
    CHECK(again.public_key_der() == key.public_key_der());
    CHECK(PrivateKey::generate(spec).public_key_der() != key.public_key_der());
}

TEST_CASE("sizes that no CA takes are not generated", "[crypto][key]") {
    const auto spec = GENERATE(KeySpec{KeyAlgorithm::Rsa, 1024}, KeySpec{KeyAlgorithm::Rsa, 16384},
                               KeySpec{KeyAlgorithm::Rsa, -1}, KeySpec{KeyAlgorithm::Ecdsa, 224},
                               KeySpec{KeyAlgorithm::Ecdsa, 0});

    CHECK(error_of([&] { PrivateKey::generate(spec); }).first == ErrorKind::Internal);
}

TEST_CASE("what is no unencrypted key of a supported kind is refused", "[crypto][key]") {
    const char* name =
        GENERATE("rsa1024", "ed25519", "secp256k1", "p256.encrypted", "rsa2048.encrypted", "leaf");
    CAPTURE(name);

    const auto [kind, message] = error_of([&] { fixture_key(name); });

    CHECK(kind == ErrorKind::Config);
    CHECK_THAT(message, Catch::StartsWith("private key: "));
}

TEST_CASE("a refusal says how an RSA key is too small", "[crypto][key]") {
    CHECK(error_of([] { fixture_key("rsa1024"); }).second ==
          "private key: RSA of 1024 bits, not 2048 to 8192");
}

TEST_CASE("hostile text in place of a key is refused without a quote of it", "[crypto][key]") {
    const std::string good = fixture("p256.pkcs8.pem");
    const std::string text = GENERATE_COPY(
        std::string(), std::string("s3cret"), std::string(100, '\0'),
        std::string("-----BEGIN PRIVATE KEY-----\ns3cret\n-----END PRIVATE KEY-----\n"),
        std::string("-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n"),
        "-----BEGIN PRIVATE KEY-----\ns3cret" + std::string(60000, 'A'), good.substr(0, 100),
        std::string(std::size_t{16} << 20U, '-'), good + std::string(65536, ' '));

    const auto [kind, message] = error_of([&] { PrivateKey::from_pem(Sensitive(text)); });

    CHECK(kind == ErrorKind::Config);
    CHECK_THAT(message, !Catch::Contains("s3cret"));
}

TEST_CASE("a key with any one byte changed is read or refused, never worse", "[crypto][key]") {
    const std::string good = fixture("p256.pkcs8.pem");
    for (std::size_t i = 0; i < good.size(); ++i) {
        std::string bad = good;
        bad[i] = bad[i] == 'B' ? 'C' : 'B';
        try {
            static_cast<void>(PrivateKey::from_pem(Sensitive(bad)).thumbprint());
        } catch (const Error& error) {
            CHECK(error.kind() == ErrorKind::Config);
        }
    }
}

TEST_CASE("one key may be used by several threads", "[crypto][key]") {
    const PrivateKey key = fixture_key("p256.pkcs8");
    std::vector<std::string> thumbprints(4);
    {
        std::vector<std::jthread> threads;
        threads.reserve(thumbprints.size());
        for (std::string& thumbprint : thumbprints) {
            threads.emplace_back([&key, &thumbprint] {
                for (int i = 0; i < 20; ++i) {
                    static_cast<void>(key.sign_jws("text"));
                    static_cast<void>(key.to_pem(KeyEncoding::Pkcs1));
                    thumbprint = key.thumbprint();
                }
            });
        }
    }

    CHECK(std::set<std::string>(thumbprints.begin(), thumbprints.end()).size() == 1);
}

}  // namespace
}  // namespace kcert::crypto
