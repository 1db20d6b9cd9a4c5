// SPDX-License-Identifier: Apache-2.0

#include "crypto/certificate.h"

#include <openssl/err.h>

#include "base/base64.h"
#include "shared/crypto/fixture.h"

namespace kcert::crypto {
namespace {

using namespace std::chrono_literals;

using Names = std::vector<std::string>;

std::string pem_of(std::string_view der, std::string_view label = "CERTIFICATE") {
    std::string pem = "-----BEGIN " + std::string(label) + "-----\n";
    const std::string text = base64_encode(der);
    for (std::size_t i = 0; i < text.size(); i += 64) {
        pem += text.substr(i, 64) + "\n";
    }
    return pem + "-----END " + std::string(label) + "-----\n";
}

std::string der_of(const std::string& pem) {
    const std::size_t begin = pem.find('\n') + 1;
    return base64_decode(pem.substr(begin, pem.find("-----END") - begin)).value();
}

TEST_CASE("a leaf's fields are read", "[crypto][certificate]") {
    const CertificateInfo info = fixture_certificate("leaf").info();

    CHECK(info.subject_common_name == "example.com");
    CHECK(info.issuer_common_name == "Test Intermediate");
    CHECK(info.issuer_organization == "Test Trust");
    CHECK(info.dns_names == Names{"example.com", "*.example.com", "xn--bcher-kva.example"});
    CHECK(info.ip_addresses == Names{"192.0.2.7", "2001:db8::1"});
    CHECK(info.serial == "abcdef0123456789");
    CHECK(info.key == KeySpec{KeyAlgorithm::Ecdsa, 256});
    CHECK(info.usages == Names{"digital signature", "key encipherment", "server auth",
                               "client auth", "1.2.3.4.5"});
    CHECK(info.authority_key_id.size() == 20);
    CHECK(info.signature_algorithm == "ecdsa-with-SHA384");
    CHECK(info.sha256_fingerprint.size() == 64);
    CHECK_FALSE(info.is_ca);
}

TEST_CASE("a root's fields are read", "[crypto][certificate]") {
    const CertificateInfo info = fixture_certificate("root").info();

    CHECK(info.is_ca);
    CHECK(info.key == KeySpec{KeyAlgorithm::Rsa, 4096});
    CHECK(info.usages == Names{"cert sign", "crl sign"});
    CHECK(info.serial == "01");
    CHECK(info.dns_names.empty());
    CHECK(info.authority_key_id.empty());
}

TEST_CASE("dates are read to the second", "[crypto][certificate]") {
    using namespace std::chrono;
    const CertificateInfo info = fixture_certificate("dated").info();

    CHECK(info.not_before == sys_days(2026y / November / 23) + 21h + 15min + 30s);
    CHECK(info.not_after == sys_days(2027y / February / 21));
}

TEST_CASE("a date after the end of our time is the end of our time", "[crypto][certificate]") {
    using namespace std::chrono;
    const CertificateInfo info = fixture_certificate("forever").info();

    CHECK(info.not_before == sys_days(1950y / January / 1));
    CHECK(info.not_after == floor<seconds>(Time::max()));
}

TEST_CASE("every usage has its v1alpha1 name", "[crypto][certificate]") {
    CHECK(fixture_certificate("all_usages").info().usages ==
          Names{"digital signature", "content commitment", "key encipherment",
                "data encipherment", "key agreement",      "cert sign",
                "crl sign",          "encipher only",      "decipher only",
                "server auth",       "client auth",        "code signing",
                "email protection",  "ipsec end system",   "ipsec tunnel",
                "ipsec user",        "timestamping",       "ocsp signing",
                "microsoft sgc",     "netscape sgc",       "any"});
}

TEST_CASE("names keep NUL and control characters", "[crypto][certificate]") {
    const CertificateInfo info = fixture_certificate("nul").info();

    CHECK(info.dns_names == Names{std::string("a.com\0.evil\n\x1b", 13)});
    CHECK(info.subject_common_name == "Bücher");
}

TEST_CASE("a key that is neither RSA nor ECDSA has 0 bits", "[crypto][certificate]") {
    const Certificate certificate = fixture_certificate("ed25519_cert");

    CHECK(certificate.info().key.bits == 0);
    CHECK(certificate.is_signed_by(certificate));
    CHECK_FALSE(certificate.has_key(fixture_key("p256.pkcs8")));
}

TEST_CASE("a chain is read in its order and written as it was", "[crypto][certificate]") {
    const std::string pem = fixture("chain.pem");

    const std::vector<Certificate> chain = Certificate::parse_pem(pem);

    REQUIRE(chain.size() == 2);
    CHECK(chain[0].info().subject_common_name == "example.com");
    CHECK(chain[1].info().subject_common_name == "Test Intermediate");
    CHECK(chain[0].to_pem() + chain[1].to_pem() == pem);
}

TEST_CASE("text between certificates and other line ends are passed over",
          "[crypto][certificate]") {
    std::string pem =
        "subject=CN = x\n" + fixture("leaf.pem") + "\n\nwords\n" + fixture("root.pem");
    for (std::size_t i = 0; (i = pem.find('\n', i)) != std::string::npos; i += 2) {
        pem.insert(i, "\r");
    }

    CHECK(Certificate::parse_pem(pem).size() == 2);
}

TEST_CASE("more certificates than asked for are refused", "[crypto][certificate]") {
    const std::string pem = fixture("chain.pem");

    CHECK(Certificate::parse_pem(pem, 2).size() == 2);
    CHECK(error_of([&] { Certificate::parse_pem(pem, 1); }).second ==
          "certificate: more than 1 in one text");
}

TEST_CASE("a signature is tied to its issuer's key", "[crypto][certificate]") {
    const Certificate root = fixture_certificate("root");
    const Certificate intermediate = fixture_certificate("intermediate");
    const Certificate leaf = fixture_certificate("leaf");

    CHECK(leaf.is_signed_by(intermediate));
    CHECK(intermediate.is_signed_by(root));
    CHECK(root.is_signed_by(root));
    CHECK_FALSE(leaf.is_signed_by(root));
    CHECK_FALSE(leaf.is_signed_by(leaf));
    CHECK_FALSE(root.is_signed_by(leaf));
}

TEST_CASE("a changed signature is not the issuer's", "[crypto][certificate]") {
    std::string der = der_of(fixture("leaf.pem"));
    der.back() = static_cast<char>(der.back() ^ 1);

    const Certificate changed = Certificate::parse_pem(pem_of(der)).at(0);

    CHECK_FALSE(changed.is_signed_by(fixture_certificate("intermediate")));
}

TEST_CASE("a certificate knows its own key", "[crypto][certificate]") {
    const Certificate leaf = fixture_certificate("leaf");

    CHECK(leaf.has_key(fixture_key("p256.pkcs8")));
    CHECK(leaf.has_key(fixture_key("p256.compressed")));
    CHECK_FALSE(leaf.has_key(fixture_key("p384.pkcs8")));
    CHECK_FALSE(leaf.has_key(fixture_key("rsa2048.pkcs8")));
    CHECK_FALSE(leaf.has_key(fixture_key("rfc7515_a3")));
}

TEST_CASE("a text without a whole certificate is refused", "[crypto][certificate]") {
    const std::string leaf = fixture("leaf.pem");
    const std::string text = GENERATE_COPY(
        std::string(), std::string("words"), std::string(1000, '\0'), leaf.substr(0, 200),
        leaf + leaf.substr(0, 200), leaf + pem_of("not DER"), pem_of(""),
        pem_of(der_of(leaf) + "more"), pem_of(der_of(leaf).substr(0, 300)),
        pem_of(std::string(5000, '\x30')), leaf + fixture("p256.pkcs8.pem"),
        leaf + pem_of(der_of(leaf), "TRUSTED CERTIFICATE"),
        leaf + std::string(std::size_t{1} << 20U, ' '), fixture("broken_names.pem"));

    const auto [kind, message] = error_of([&] { Certificate::parse_pem(text); });

    CHECK(kind == ErrorKind::Config);
    CHECK_THAT(message, Catch::StartsWith("certificate: "));
}

TEST_CASE("a certificate with any one byte changed is read or refused, never worse",
          "[crypto][certificate]") {
    const char* name = GENERATE("leaf", "nul", "all_usages");
    const std::string der = der_of(fixture(std::string(name) + ".pem"));
    const PrivateKey key = fixture_key("p256.pkcs8");
    for (std::size_t i = 0; i < der.size(); ++i) {
        for (const int change : {0x01, 0x80, 0xff}) {
            std::string bad = der;
            bad[i] = static_cast<char>(bad[i] ^ change);
            try {
                const Certificate certificate = Certificate::parse_pem(pem_of(bad)).at(0);
                static_cast<void>(certificate.has_key(key));
                static_cast<void>(certificate.is_signed_by(certificate));
                static_cast<void>(certificate.to_pem());
            } catch (const Error& error) {
                CHECK(error.kind() == ErrorKind::Config);
            }
        }
    }
}

TEST_CASE("failures leave nothing in OpenSSL's error queue", "[crypto][certificate]") {
    ERR_clear_error();

    error_of([] { Certificate::parse_pem("words"); });
    error_of([] { Certificate::parse_pem(pem_of("not DER")); });
    error_of([] { PrivateKey::from_pem(Sensitive("words")); });
    static_cast<void>(fixture_certificate("leaf").is_signed_by(fixture_certificate("root")));

    CHECK(ERR_peek_error() == 0);
}

}  // namespace
}  // namespace kcert::crypto
