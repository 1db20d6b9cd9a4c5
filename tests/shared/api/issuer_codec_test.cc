// SPDX-License-Identifier: Apache-2.0

#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>
#include <string>

#include "api/v1alpha1.h"
#include "json/merge_patch.h"
#include "json/yaml.h"

namespace kcert::api {
namespace {

Issuer decode(std::string_view yaml, json::Findings& findings) {
    return v1alpha1::decode_issuer(json::parse_yaml(yaml).at(0), findings);
}

constexpr std::string_view kEveryField = R"(
kind: ClusterIssuer
metadata: {name: letsencrypt}
spec:
  acme:
    server: https://ca.test/dir
    email: user@example.com
    skipTLSVerify: true
    caBundle: UEVN
    privateKeySecretRef: {name: account, key: account.pem}
    externalAccountBinding:
      keyID: kid-1
      keySecretRef: {name: eab, key: hmac}
      keyAlgorithm: HS512
    preferredChain: Root X2
    profile: shortlived
    http01: {serviceType: NodePort}
    dns01:
      providers:
      - name: prod-dns
        cnameStrategy: Follow
        rfc2136: {nameserver: 192.0.2.53}
    solvers:
    - selector:
        matchLabels: {team: shop}
        dnsNames: [a.example.com]
        dnsZones: [example.com]
      dns01: {cloudflare: {apiTokenSecretRef: {name: cf, key: token}}}
    - http01: {ingress: {class: nginx}}
)";

}  // namespace

TEST_CASE("every field of an ACME Issuer is decoded", "[api][unit]") {
    json::Findings findings;

    const Issuer issuer = decode(kEveryField, findings);

    CHECK(findings.empty());
    CHECK(issuer.cluster);
    CHECK(issuer.spec.types == std::vector<std::string>{"acme"});
    REQUIRE(issuer.spec.acme);
    const AcmeIssuer& acme = *issuer.spec.acme;
    CHECK(acme.server == "https://ca.test/dir");
    CHECK(acme.server_line == 6);
    CHECK(acme.email == "user@example.com");
    CHECK(acme.skip_tls_verify);
    CHECK(acme.ca_bundle == "PEM");
    CHECK(acme.private_key == SecretKeySelector{"account", "account.pem"});
    REQUIRE(acme.external_account);
    CHECK(acme.external_account->key_id == "kid-1");
    CHECK(acme.external_account->key_secret == SecretKeySelector{"eab", "hmac"});
    CHECK(acme.external_account->key_algorithm == "HS512");
    CHECK(acme.preferred_chain == "Root X2");
    CHECK(acme.profile == "shortlived");
    REQUIRE(acme.http01);
    CHECK(acme.http01->service_type == "NodePort");
    REQUIRE(acme.providers.size() == 1);
    CHECK(acme.providers[0].name == "prod-dns");
    CHECK(acme.providers[0].follows_cname());
    REQUIRE(acme.providers[0].stanzas.size() == 1);
    CHECK(acme.providers[0].stanzas[0].code == "rfc2136");
    CHECK(acme.providers[0].stanzas[0].config.text({"nameserver"}) == "192.0.2.53");
    REQUIRE(acme.solvers.size() == 2);
    REQUIRE(acme.solvers[0].selector);
    CHECK(find(acme.solvers[0].selector->match_labels, "team") == "shop");
    CHECK(acme.solvers[0].selector->dns_names == std::vector<std::string>{"a.example.com"});
    CHECK(acme.solvers[0].selector->dns_zones == std::vector<std::string>{"example.com"});
    REQUIRE(acme.solvers[0].dns01);
    CHECK(acme.solvers[0].dns01->stanzas.at(0).code == "cloudflare");
    CHECK_FALSE(acme.solvers[0].http01);
    REQUIRE(acme.solvers[1].http01);
    REQUIRE(acme.solvers[1].http01->ingress);
    CHECK(acme.solvers[1].http01->ingress->ingress_class == "nginx");
    CHECK_FALSE(acme.solvers[1].selector);
}

TEST_CASE("an Issuer without optional fields has their defaults", "[api][unit]") {
    json::Findings findings;

    const Issuer issuer = decode(
        "{kind: Issuer, spec: {acme: {privateKeySecretRef: {name: a}, externalAccountBinding: "
        "{keyID: k}}}}",
        findings);

    CHECK(findings.empty());
    CHECK_FALSE(issuer.cluster);
    REQUIRE(issuer.spec.acme);
    CHECK(issuer.spec.acme->private_key.key == "tls.key");
    CHECK(issuer.spec.acme->external_account->key_algorithm == "HS256");
    CHECK_FALSE(issuer.spec.acme->skip_tls_verify);
}

TEST_CASE("the tutorial's Issuer is decoded without a finding", "[api][unit]") {
    std::ifstream file(KCERT_TEST_DATA "/tutorial-issuer.yaml");
    std::stringstream text;
    text << file.rdbuf();
    json::Findings findings;

    const Issuer issuer = decode(text.str(), findings);

    CHECK(findings.empty());
    REQUIRE(issuer.spec.acme);
    REQUIRE(issuer.spec.acme->providers.size() == 2);
    CHECK(issuer.spec.acme->providers[0].stanzas.at(0).code == "clouddns");
    CHECK(issuer.spec.acme->providers[1].name == "cf-dns");
    CHECK(issuer.spec.acme->server_line == 9);
}

TEST_CASE("the types of an Issuer are told in the API's order", "[api][unit]") {
    json::Findings findings;

    const Issuer issuer =
        decode("spec: {venafi: {}, vault: {}, selfSigned: {}, ca: {secretName: ca}}", findings);

    CHECK(findings.empty());
    CHECK(issuer.spec.types == std::vector<std::string>{"ca", "selfSigned", "vault", "venafi"});
    CHECK_FALSE(issuer.spec.acme);
    REQUIRE(issuer.spec.ca);
    CHECK(issuer.spec.ca->secret_name == "ca");
}

TEST_CASE("every field of the types that are only judged is decoded", "[api][unit]") {
    json::Findings findings;

    const Issuer issuer = decode(R"(
spec:
  vault:
    server: https://vault.test
    path: pki/sign/web
    caBundle: UEVN
    auth:
      tokenSecretRef: {name: token, key: t}
      appRole: {path: approle, roleId: r, secretRef: {name: role, key: s}}
  venafi:
    zone: z
    tpp: {url: https://tpp.test, credentialsRef: {name: c}, caBundle: UEVN}
    cloud: {url: https://cloud.test, apiTokenSecretRef: {name: t, key: k}}
)",
                                 findings);

    CHECK(findings.empty());
    REQUIRE(issuer.spec.vault);
    const VaultIssuer& vault = *issuer.spec.vault;
    CHECK(vault.server == "https://vault.test");
    CHECK(vault.path == "pki/sign/web");
    CHECK(vault.ca_bundle == "PEM");
    CHECK(vault.token == SecretKeySelector{"token", "t"});
    REQUIRE(vault.app_role);
    CHECK(vault.app_role->path == "approle");
    CHECK(vault.app_role->role_id == "r");
    CHECK(vault.app_role->secret == SecretKeySelector{"role", "s"});
    REQUIRE(issuer.spec.venafi);
    const VenafiIssuer& venafi = *issuer.spec.venafi;
    CHECK(venafi.zone == "z");
    REQUIRE(venafi.tpp);
    CHECK(venafi.tpp->url == "https://tpp.test");
    CHECK(venafi.tpp->credentials == "c");
    CHECK(venafi.tpp->ca_bundle == "PEM");
    REQUIRE(venafi.cloud);
    CHECK(venafi.cloud->url == "https://cloud.test");
    CHECK(venafi.cloud->api_token == SecretKeySelector{"t", "k"});
}

TEST_CASE("faults of an Issuer's schema are told with their paths", "[api][unit]") {
    json::Findings findings;

    const Issuer issuer = decode(R"(
spec:
  acme:
    server: https://ca.test/dir
    caBundle: "*"
    dns01: {providers: [{name: a, rfc2316: {}}, {name: b, clouddns: here}]}
    solvers: [{selector: {dnsZone: [a]}, dns01: {cloudDNS: {}}}, 4]
)",
                                 findings);

    std::vector<std::string> told;
    told.reserve(findings.size());
    for (const json::Finding& finding : findings) {
        told.push_back(finding.rule + " " + json::format(finding));
    }
    CHECK_THAT(
        told,
        Catch::Matchers::UnorderedEquals(std::vector<std::string>{
            "schema/base64 spec.acme.caBundle: Invalid value: must be base64 of PEM certificates",
            ("schema/unknown-field spec.acme.dns01.providers[0].rfc2316: unknown field, did you "
             "mean \"rfc2136\"?"),
            ("schema/type spec.acme.dns01.providers[1].clouddns: Invalid value: \"string\": must "
             "be of type object"),
            ("schema/unknown-field spec.acme.solvers[0].selector.dnsZone: unknown field, did you "
             "mean \"dnsZones\"?"),
            ("schema/unknown-field spec.acme.solvers[0].dns01.cloudDNS: unknown field, did you "
             "mean \"clouddns\"?"),
            ("schema/type spec.acme.solvers[1]: Invalid value: \"integer\": must be of type "
             "object")}));
    REQUIRE(issuer.spec.acme);
    CHECK(issuer.spec.acme->server == "https://ca.test/dir");
}

TEST_CASE("an Issuer's status reads back as it was written", "[api][unit]") {
    const IssuerStatus status{.conditions = {{.type = "Ready", .status = "True"}},
                              .account_url = "https://ca.test/acct/1",
                              .last_registered_email = "user@example.com"};
    json::Findings findings;

    const json::Value object =
        json::merge_patch(json::Value::object(), v1alpha1::encode_status(status));
    const IssuerStatus read = v1alpha1::decode_issuer(object, findings).status;

    REQUIRE(read.conditions.size() == 1);
    CHECK(read.conditions[0].status == "True");
    CHECK_FALSE(read.conditions[0].last_transition);
    CHECK(read.account_url == status.account_url);
    CHECK(read.last_registered_email == status.last_registered_email);
}

}  // namespace kcert::api
