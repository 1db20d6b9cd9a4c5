// SPDX-License-Identifier: Apache-2.0

#include "acme/jws.h"

#include <catch2/catch.hpp>

#include "base/base64.h"
#include "base/error.h"
#include "json/json.h"
#include "support/jws_check.h"

namespace kcert::acme {

namespace {

const crypto::PrivateKey& ec_key() {
    static const crypto::PrivateKey key =
        crypto::PrivateKey::generate({.algorithm = crypto::KeyAlgorithm::Ecdsa, .bits = 256});
    return key;
}

const JwsHeader kHeader{.url = "https://ca.test/new-account", .nonce = "n0"};

json::Value decoded(const json::Value& jws, std::string_view member) {
    return json::parse_json(base64url_decode(jws.text({member})).value_or(""));
}

}  // namespace

TEST_CASE("a request before there is an account bears the key itself", "[acme][jws]") {
    const std::string body = sign_request(ec_key(), kHeader, R"({"a":1})");

    const testing::CheckedJws jws = testing::check_jws(body, ec_key());
    CHECK(jws.fault.empty());
    CHECK(jws.payload == R"({"a":1})");
    CHECK(jws.header["jwk"] == json::parse_json(ec_key().public_jwk()));
    CHECK_FALSE(jws.header.has("kid"));
    CHECK(jws.header.text({"nonce"}) == "n0");
    CHECK(jws.header.text({"url"}) == "https://ca.test/new-account");
}

TEST_CASE("a request of an account bears its URL and not the key", "[acme][jws]") {
    JwsHeader header = kHeader;
    header.account_url = "https://ca.test/account/1";

    const testing::CheckedJws jws =
        testing::check_jws(sign_request(ec_key(), header, ""), ec_key());

    CHECK(jws.fault.empty());
    CHECK(jws.payload.empty());
    CHECK(jws.header.text({"kid"}) == "https://ca.test/account/1");
    CHECK_FALSE(jws.header.has("jwk"));
}

TEST_CASE("an RSA key signs with RS256", "[acme][jws]") {
    const auto key = crypto::PrivateKey::generate({});

    const testing::CheckedJws jws = testing::check_jws(sign_request(key, kHeader, "{}"), key);

    CHECK(jws.fault.empty());
    CHECK(jws.header.text({"alg"}) == "RS256");
}

TEST_CASE("an external account binding signs the account key with the MAC key", "[acme][jws]") {
    const ExternalAccount external{
        .key_id = "kid-1",
        .mac_key = Sensitive("zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W")};

    const json::Value jws = bind_external_account(external, ec_key(), kHeader.url);

    CHECK(decoded(jws, "protected") ==
          json::parse_json(R"({"alg":"HS256","kid":"kid-1","url":"https://ca.test/new-account"})"));
    CHECK(decoded(jws, "payload") == json::parse_json(ec_key().public_jwk()));
    CHECK(base64url_decode(jws.text({"signature"}))->size() == 32);
}

TEST_CASE("an external account binding knows three MAC algorithms", "[acme][jws]") {
    ExternalAccount external{.key_id = "k", .mac_key = Sensitive("c2VjcmV0")};

    external.algorithm = "HS384";
    CHECK(base64url_decode(bind_external_account(external, ec_key(), "u").text({"signature"}))
              ->size() == 48);
    external.algorithm = "HS512";
    CHECK(base64url_decode(bind_external_account(external, ec_key(), "u").text({"signature"}))
              ->size() == 64);
    external.algorithm = "none";
    CHECK_THROWS_WITH(bind_external_account(external, ec_key(), "u"),
                      Catch::Contains("no such MAC algorithm: none"));
}

TEST_CASE("a MAC key that is not base64url is refused and not shown", "[acme][jws]") {
    const ExternalAccount external{.key_id = "k", .mac_key = Sensitive("not*base64")};

    CHECK_THROWS_WITH(
        bind_external_account(external, ec_key(), "u"),
        Catch::Contains("MAC key is not base64url") && !Catch::Contains("not*base64"));
}

}  // namespace kcert::acme
