// SPDX-License-Identifier: Apache-2.0

#include "crypto/digest.h"

#include <catch2/catch.hpp>

#include "base/base64.h"

namespace kcert::crypto {
namespace {

TEST_CASE("digests are those of FIPS 180-2's example", "[crypto][digest]") {
    CHECK(hex(digest(Digest::Sha256, "abc")) ==
          "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(hex(digest(Digest::Sha384, "abc")) ==
          "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
          "8086072ba1e7cc2358baeca134c825a7");
    CHECK(hex(digest(Digest::Sha512, "abc")) ==
          "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
          "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
}

TEST_CASE("the digest of nothing is defined", "[crypto][digest]") {
    CHECK(hex(digest(Digest::Sha256, {})) ==
          "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST_CASE("HMACs are those of RFC 4231's test case 2", "[crypto][digest]") {
    const Sensitive key("Jefe");
    constexpr std::string_view kText = "what do ya want for nothing?";

    CHECK(hex(hmac(Digest::Sha256, key, kText)) ==
          "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    CHECK(hex(hmac(Digest::Sha384, key, kText)) ==
          "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e"
          "8e2240ca5e69e2c78b3239ecfab21649");
    CHECK(hex(hmac(Digest::Sha512, key, kText)) ==
          "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
          "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737");
}

TEST_CASE("an HMAC signs the JWS of RFC 7515 A.1", "[crypto][digest]") {
    const Sensitive key(base64url_decode("AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75"
                                         "aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow")
                            .value());

    const std::string mac =
        hmac(Digest::Sha256, key,
             "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAs"
             "DQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ");

    CHECK(base64url_encode(mac) == "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
}

TEST_CASE("an HMAC with an empty key or text is defined", "[crypto][digest]") {
    CHECK(hex(hmac(Digest::Sha256, Sensitive(), {})) ==
          "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST_CASE("hex writes every byte as two lower-case digits", "[crypto][digest]") {
    CHECK(hex(std::string_view("\x00\x0f\xa5\xff", 4)) == "000fa5ff");
    CHECK(hex({}).empty());
}

TEST_CASE("random bytes have the size asked for and differ", "[crypto][digest]") {
    CHECK(random_bytes(0).empty());
    CHECK(random_bytes(32).size() == 32);
    CHECK(random_bytes(32) != random_bytes(32));
}

}  // namespace
}  // namespace kcert::crypto
