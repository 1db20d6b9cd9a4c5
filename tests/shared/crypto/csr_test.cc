// SPDX-License-Identifier: Apache-2.0

#include "crypto/csr.h"

#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>

#include "shared/crypto/fixture.h"

namespace kcert::crypto {
namespace {

using Bio = std::unique_ptr<BIO, decltype(&BIO_free_all)>;

/// The request as OpenSSL itself prints it.
std::string described(const std::string& der) {
    const auto* position = reinterpret_cast<const unsigned char*>(der.data());
    const std::unique_ptr<X509_REQ, decltype(&X509_REQ_free)> request(
        d2i_X509_REQ(nullptr, &position, static_cast<long>(der.size())), X509_REQ_free);
    REQUIRE(request);
    REQUIRE(X509_REQ_verify(request.get(), X509_REQ_get0_pubkey(request.get())) == 1);
    const Bio bio(BIO_new(BIO_s_mem()), BIO_free_all);
    X509_REQ_print_ex(bio.get(), request.get(), XN_FLAG_RFC2253, 0);
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &data);
    return {data, data + size};
}

std::string csr_text(const CsrContent& content) {
    return described(make_csr(fixture_key("p256.pkcs8"), content));
}

TEST_CASE("a request holds common name, names and usages", "[crypto][csr]") {
    const std::string text =
        csr_text({.common_name = "example.com",
                  .dns_names = {"example.com", "*.example.com"},
                  .usages = {"digital signature", "key encipherment", "server auth"}});

    CHECK_THAT(text, Catch::Contains("Version: 1 (0x0)"));
    CHECK_THAT(text, Catch::Contains("Subject: CN=example.com\n"));
    CHECK_THAT(text, Catch::Contains("DNS:example.com, DNS:*.example.com\n"));
    CHECK_THAT(text, Catch::Contains("X509v3 Key Usage: critical\n                    "
                                     "Digital Signature, Key Encipherment\n"));
    CHECK_THAT(text, Catch::Contains("X509v3 Extended Key Usage: \n                    "
                                     "TLS Web Server Authentication\n"));
}

TEST_CASE("a request without a common name has an empty subject", "[crypto][csr]") {
    const std::string text = csr_text({.dns_names = {"example.com"}});

    CHECK_THAT(text, Catch::Contains("Subject: \n"));
    CHECK_THAT(text, Catch::Contains("DNS:example.com"));
}

TEST_CASE("what is empty leaves its extension out", "[crypto][csr]") {
    CHECK_THAT(csr_text({.common_name = "a.test"}), !Catch::Contains("X509v3"));
    CHECK_THAT(csr_text({.dns_names = {"a.test"}}), !Catch::Contains("Key Usage"));
    CHECK_THAT(csr_text({.usages = {"client auth"}}), !Catch::Contains("X509v3 Key Usage"));
    CHECK_THAT(csr_text({.usages = {"signing"}}), !Catch::Contains("Extended Key Usage"));
}

TEST_CASE("every usage of v1alpha1 is written as its bit or purpose", "[crypto][csr]") {
    struct Row {
        const char* name;
        const char* shown;
    };
    const Row row = GENERATE(
        Row{"signing", "Digital Signature"}, Row{"digital signature", "Digital Signature"},
        Row{"content commitment", "Non Repudiation"}, Row{"key encipherment", "Key Encipherment"},
        Row{"key agreement", "Key Agreement"}, Row{"data encipherment", "Data Encipherment"},
        Row{"cert sign", "Certificate Sign"}, Row{"crl sign", "CRL Sign"},
        Row{"encipher only", "Encipher Only"}, Row{"decipher only", "Decipher Only"},
        Row{"any", "Any Extended Key Usage"}, Row{"server auth", "TLS Web Server Authentication"},
        Row{"client auth", "TLS Web Client Authentication"}, Row{"code signing", "Code Signing"},
        Row{"email protection", "E-mail Protection"}, Row{"s/mime", "E-mail Protection"},
        Row{"ipsec end system", "IPSec End System"}, Row{"ipsec tunnel", "IPSec Tunnel"},
        Row{"ipsec user", "IPSec User"}, Row{"timestamping", "Time Stamping"},
        Row{"ocsp signing", "OCSP Signing"}, Row{"microsoft sgc", "Microsoft Server Gated Crypto"},
        Row{"netscape sgc", "Netscape Server Gated Crypto"});
    CAPTURE(row.name);

    CHECK_THAT(csr_text({.usages = {row.name}}),
               Catch::Contains(std::string("                    ") + row.shown + "\n"));
}

TEST_CASE("two names of one purpose write it once", "[crypto][csr]") {
    CHECK_THAT(csr_text({.usages = {"s/mime", "email protection"}}),
               Catch::Contains("                    E-mail Protection\n"));
}

TEST_CASE("the signature's hash follows the key's size", "[crypto][csr]") {
    struct Row {
        const char* key;
        const char* algorithm;
    };
    const Row row = GENERATE(
        Row{"rsa2048.pkcs8", "sha256WithRSAEncryption"},
        Row{"rsa3072.pkcs8", "sha384WithRSAEncryption"},
        Row{"rsa4096.pkcs8", "sha512WithRSAEncryption"}, Row{"p256.pkcs8", "ecdsa-with-SHA256"},
        Row{"p384.pkcs8", "ecdsa-with-SHA384"}, Row{"p521.pkcs8", "ecdsa-with-SHA512"});

    const std::string der = make_csr(fixture_key(row.key), {.dns_names = {"example.com"}});

    CHECK_THAT(described(der),
               Catch::Contains(std::string("Signature Algorithm: ") + row.algorithm));
}

TEST_CASE("a request may hold a hundred names of full length", "[crypto][csr]") {
    std::vector<std::string> names;
    names.reserve(100);
    for (int i = 0; i < 100; ++i) {
        names.push_back(std::string(63, 'a') + "." + std::string(63, 'b') + ".n" +
                        std::to_string(i) + ".example");
    }

    const std::string text = csr_text({.dns_names = names});

    CHECK_THAT(text, Catch::Contains("DNS:" + names.front()));
    CHECK_THAT(text, Catch::Contains("DNS:" + names.back()));
}

TEST_CASE("what a request cannot hold is a defect of the caller", "[crypto][csr]") {
    const CsrContent content = GENERATE(CsrContent{.usages = {"no such usage"}},
                                        CsrContent{.common_name = std::string(65, 'a')},
                                        CsrContent{.common_name = "\xff\xfe"});

    CHECK(error_of([&] { make_csr(fixture_key("p256.pkcs8"), content); }).first ==
          ErrorKind::Internal);
}

}  // namespace
}  // namespace kcert::crypto
