// SPDX-License-Identifier: Apache-2.0

#include "rules/rules.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "api/v1alpha1.h"
#include "shared/rules/judge.h"

namespace kcert::rules {
namespace {

using testing::document;
using testing::judge_certificate;
using testing::judge_issuer;

std::string tutorial(const std::string& name) {
    std::ifstream file(KCERT_TEST_DATA "/../api/tutorial-" + name + ".yaml");
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

std::vector<std::string> rules_and_paths(const json::Findings& findings) {
    std::vector<std::string> list;
    list.reserve(findings.size());
    for (const json::Finding& finding : findings) {
        list.push_back(finding.rule + " " + finding.path.text());
    }
    return list;
}

}  // namespace

TEST_CASE("the tutorial's manifests hold, but for a warning of the retired directory",
          "[rules][unit]") {
    json::Findings findings;
    const api::Issuer issuer = api::v1alpha1::decode_issuer(document(tutorial("issuer")), findings);
    const api::Certificate certificate =
        api::v1alpha1::decode_certificate(document(tutorial("certificate")), findings);
    const Facts certificate_facts{.issuer = Facts::IssuerLookup{.issuer = issuer},
                                  .certificates_by_secret = {{{"example-com-tls", "example-com"}}}};
    const Facts issuer_facts{.secrets = {{"clouddns-service-account", {{"service-account.json"}}},
                                         {"cloudflare-api-key", {{"api-key.txt"}}}},
                             .secrets_namespace = "default"};

    for (const json::Findings& more :
         {check_issuer(issuer),
          check_references(issuer, issuer_facts, all_solvers(*issuer.spec.acme)),
          check_certificate(certificate), check_references(certificate, certificate_facts)}) {
        findings.insert(findings.end(), more.begin(), more.end());
    }

    REQUIRE(rules_and_paths(findings) ==
            std::vector<std::string>{"issuer/server-retired spec.acme.server"});
    CHECK(findings[0].severity == json::Severity::Warning);
    CHECK(findings[0].line == 9);
}

TEST_CASE("all faults of a Certificate are told at once", "[rules][unit]") {
    const json::Findings findings = judge_certificate(
        "{spec: {secretName: null, issuerRef: {name: null, kind: Isuer}, dnsNames: [a_b.test, "
        "ok.test], keySize: 4, usages: [x], acme: {config: [{}]}}}");

    CHECK_THAT(rules_and_paths(findings),
               Catch::Matchers::UnorderedEquals(std::vector<std::string>{
                   "certificate/secret-name-required spec.secretName",
                   "certificate/issuer-name-required spec.issuerRef.name",
                   "certificate/issuer-kind spec.issuerRef.kind",
                   "certificate/dns-name-syntax spec.dnsNames[0]",
                   "certificate/rsa-key-size spec.keySize", "certificate/usage spec.usages[0]",
                   "certificate/config-domains-required spec.acme.config[0].domains",
                   "certificate/config-solver-required spec.acme.config[0]",
                   "certificate/config-missing-domain spec.acme.config"}));
}

TEST_CASE("a mistyped field of a solver is not told of as missing too", "[rules][unit]") {
    const json::Findings findings = judge_issuer(
        "{spec: {acme: {dns01: {providers: [{name: a, rfc2136: {nameserver: 53}}]}}}}");

    CHECK(rules_and_paths(findings) ==
          std::vector<std::string>{"schema/type spec.acme.dns01.providers[0].rfc2136.nameserver"});
}

TEST_CASE("a field of a wrong type is told of as such alone", "[rules][unit]") {
    CHECK(rules_and_paths(judge_certificate("{spec: {dnsNames: [5, ok.test], secretName: 7}}")) ==
          std::vector<std::string>{"schema/type spec.secretName", "schema/type spec.dnsNames[0]"});
    CHECK(rules_and_paths(judge_certificate("{spec: {issuerRef: letsencrypt, dnsNames: 1}}")) ==
          std::vector<std::string>{"schema/type spec.issuerRef", "schema/type spec.dnsNames"});
    CHECK(rules_and_paths(judge_issuer("{spec: {acme: 5}}")) ==
          std::vector<std::string>{"schema/type spec.acme"});
}

TEST_CASE("a fault behind a mistyped element is told at its own index", "[rules][unit]") {
    CHECK(rules_and_paths(judge_certificate("{spec: {dnsNames: [5, a_b.test]}}")) ==
          std::vector<std::string>{"schema/type spec.dnsNames[0]",
                                   "certificate/dns-name-syntax spec.dnsNames[1]"});
}

TEST_CASE("a reference to nowhere is told with the line of issuerRef", "[rules][unit]") {
    api::Certificate certificate{.meta = {.ns = "shop"}};
    certificate.spec.issuer_ref = {.name = "letsencrypt", .line = 7};

    const json::Findings findings =
        check_references(certificate, {.issuer = Facts::IssuerLookup{}});

    REQUIRE(findings.size() == 1);
    CHECK(findings[0].line == 7);
}

TEST_CASE("what nobody looked up is not judged", "[rules][unit]") {
    json::Findings unheeded;
    const api::Issuer issuer = api::v1alpha1::decode_issuer(document(tutorial("issuer")), unheeded);
    const api::Certificate certificate =
        api::v1alpha1::decode_certificate(document(tutorial("certificate")), unheeded);

    CHECK(check_references(certificate, Facts{}).empty());
    CHECK(check_references(issuer, Facts{}, all_solvers(*issuer.spec.acme)).empty());
}

TEST_CASE("credentials are those of every solver and of the external account", "[rules][unit]") {
    json::Findings unheeded;
    const api::Issuer issuer = api::v1alpha1::decode_issuer(document(R"(
spec:
  acme:
    externalAccountBinding: {keyID: k, keySecretRef: {name: eab, key: hmac}}
    dns01:
      providers:
      - {name: a, cloudflare: {apiKeySecretRef: {name: cf, key: key}}}
      - {name: b, route53: {region: r}}
    solvers:
    - dns01: {akamai: {clientTokenSecretRef: {name: ak, key: t}, accessTokenSecretRef: {name: ak, key: a}}}
    - http01: {}
)"),
                                                            unheeded);
    using Credentials = std::vector<api::SecretKeySelector>;

    const api::AcmeIssuer& acme = *issuer.spec.acme;
    CHECK(credentials_of(acme, all_solvers(acme)) ==
          Credentials{{"eab", "hmac"}, {"cf", "key"}, {"ak", "t"}, {"ak", "a"}});
    CHECK(credentials_of(acme, {&*acme.solvers[0].dns01}) ==
          Credentials{{"eab", "hmac"}, {"ak", "t"}, {"ak", "a"}});
    CHECK(credentials_of(issuer.spec.acme->providers[0]) == Credentials{{"cf", "key"}});
    CHECK(credentials_of(issuer.spec.acme->providers[1]).empty());
}

TEST_CASE("only Let's Encrypt's two v1 directories have a successor", "[rules][unit]") {
    CHECK(successor_of_retired_directory("https://acme-v01.api.letsencrypt.org/directory/") ==
          "https://acme-v02.api.letsencrypt.org/directory");
    CHECK(successor_of_retired_directory("https://acme-staging.api.letsencrypt.org/directory") ==
          "https://acme-staging-v02.api.letsencrypt.org/directory");
    CHECK_FALSE(successor_of_retired_directory("https://acme-v02.api.letsencrypt.org/directory"));
    CHECK_FALSE(successor_of_retired_directory("https://acme-v01.api.letsencrypt.org/directory//"));
    CHECK_FALSE(successor_of_retired_directory(""));
}

TEST_CASE("a Certificate with very many names is judged by their number alone", "[rules][unit]") {
    api::Certificate certificate;
    certificate.meta.name = "a";
    certificate.spec.secret_name = "a";
    certificate.spec.issuer_ref.name = "a";
    for (const char* name : {"a_b", "example.com"}) {
        certificate.spec.dns_names.assign(200'000, name);
        certificate.spec.acme_config.emplace();

        const json::Findings findings = check_certificate(certificate);

        CHECK(rules_and_paths(findings) ==
              std::vector<std::string>{"certificate/too-many-names spec.dnsNames"});
    }
}

}  // namespace kcert::rules
