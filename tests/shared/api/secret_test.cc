// SPDX-License-Identifier: Apache-2.0

#include "api/secret.h"

#include <catch2/catch.hpp>

#include "json/yaml.h"

namespace kcert::api {

TEST_CASE("a Secret's values are opened from base64", "[api][unit]") {
    json::Findings findings;
    const json::Value object = json::parse_yaml(R"(
kind: Secret
metadata: {name: web-tls, namespace: shop}
type: kubernetes.io/tls
data: {tls.crt: Zm9v, empty: null}
)")
                                   .at(0);

    const Secret secret = decode_secret(object, findings);

    CHECK(findings.empty());
    CHECK(secret.meta.name == "web-tls");
    CHECK(secret.type == kTlsSecretType);
    REQUIRE(secret.find("tls.crt"));
    CHECK(secret.find("tls.crt")->reveal() == "foo");
    REQUIRE(secret.find("empty"));
    CHECK(secret.find("empty")->empty());
    CHECK(secret.find("tls.key") == nullptr);
}

TEST_CASE("a Secret's value that is no base64 is told of without the value", "[api][unit]") {
    json::Findings findings;
    const json::Value object = json::parse_yaml("data: {a: '*secret*', b: 5, c: Zm9v}").at(0);

    const Secret secret = decode_secret(object, findings);

    REQUIRE(findings.size() == 2);
    CHECK(json::format(findings[0]) == "data[a]: Invalid value: must be base64");
    CHECK(findings[1].path.text() == "data[b]");
    CHECK(secret.data.size() == 1);
}

TEST_CASE("a Secret whose data is no object has none", "[api][unit]") {
    json::Findings findings;

    const Secret secret = decode_secret(json::parse_yaml("data: [1]").at(0), findings);

    REQUIRE(findings.size() == 1);
    CHECK(findings[0].path.text() == "data");
    CHECK(secret.data.empty());
}

}  // namespace kcert::api
