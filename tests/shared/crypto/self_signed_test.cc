// SPDX-License-Identifier: Apache-2.0

#include "crypto/self_signed.h"

#include "shared/crypto/fixture.h"

namespace kcert::crypto {
namespace {

using namespace std::chrono_literals;

TEST_CASE("a key gives itself a certificate that belongs to it", "[crypto][self_signed]") {
    const KeySpec spec = GENERATE(KeySpec{KeyAlgorithm::Ecdsa, 256}, KeySpec{KeyAlgorithm::Rsa});
    const PrivateKey key = PrivateKey::generate(spec);
    const Time now{1'790'000'000s};

    const Certificate certificate =
        Certificate::parse_pem(make_self_signed(key, "rehearsal", now, now + 1h)).at(0);

    CHECK(certificate.has_key(key));
    CHECK(certificate.is_signed_by(certificate));
    CHECK(certificate.info().subject_common_name == "rehearsal");
    CHECK(certificate.info().issuer_common_name == "rehearsal");
    CHECK(certificate.info().dns_names.empty());
    CHECK(certificate.info().not_before == now);
    CHECK(certificate.info().not_after == now + 1h);
    CHECK_FALSE(certificate.info().is_ca);
}

TEST_CASE("no two certificates have one serial number", "[crypto][self_signed]") {
    const PrivateKey key = PrivateKey::generate({KeyAlgorithm::Ecdsa, 256});
    const Time now{1'790'000'000s};
    const auto serial = [&] {
        return Certificate::parse_pem(make_self_signed(key, "x", now, now + 1h))
            .at(0)
            .info()
            .serial;
    };

    CHECK(serial() != serial());
}

TEST_CASE("a name that no certificate can bear is refused", "[crypto][self_signed]") {
    const PrivateKey key = PrivateKey::generate({KeyAlgorithm::Ecdsa, 256});

    const auto [kind, message] =
        error_of([&] { make_self_signed(key, std::string(65, 'x'), Time{}, Time{} + 1h); });

    CHECK(kind == ErrorKind::Internal);
}

}  // namespace
}  // namespace kcert::crypto
