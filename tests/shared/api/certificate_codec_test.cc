// SPDX-License-Identifier: Apache-2.0

#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>
#include <string>

#include "api/v1alpha1.h"
#include "base/timestamp.h"
#include "json/merge_patch.h"
#include "json/yaml.h"

namespace kcert::api {
namespace {

std::string fixture(const std::string& name) {
    std::ifstream file(KCERT_TEST_DATA "/" + name);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

json::Value document(std::string_view yaml) {
    return json::parse_yaml(yaml).at(0);
}

Certificate decode(std::string_view yaml, json::Findings& findings) {
    return v1alpha1::decode_certificate(document(yaml), findings);
}

constexpr std::string_view kEveryField = R"(
apiVersion: certmanager.k8s.io/v1alpha1
kind: Certificate
metadata:
  name: web
  namespace: shop
  uid: 1b4e28ba
  resourceVersion: "41"
  generation: 3
  creationTimestamp: "2026-11-20T10:00:00Z"
  labels: {team: shop}
  annotations: {note: by hand}
spec:
  secretName: web-tls
  issuerRef: {name: letsencrypt, kind: ClusterIssuer, group: certmanager.k8s.io}
  commonName: example.com
  dnsNames: [www.example.com]
  ipAddresses: [192.0.2.1]
  organization: [Example]
  duration: 2160h
  renewBefore: 1h30m
  isCA: true
  usages: [server auth]
  keySize: 384
  keyAlgorithm: ecdsa
  keyEncoding: pkcs8
  privateKey: {rotationPolicy: Never}
  acme:
    config:
    - domains: [example.com]
      dns01: {provider: prod-dns}
    - domains: [www.example.com]
      http01: {ingress: web, ingressClass: nginx}
)";

}  // namespace

TEST_CASE("every field of a Certificate is decoded", "[api][unit]") {
    json::Findings findings;

    const Certificate certificate = decode(kEveryField, findings);

    CHECK(findings.empty());
    CHECK(certificate.meta.name == "web");
    CHECK(certificate.meta.ns == "shop");
    CHECK(certificate.meta.uid == "1b4e28ba");
    CHECK(certificate.meta.resource_version == "41");
    CHECK(certificate.meta.generation == 3);
    CHECK(certificate.meta.created == parse_rfc3339("2026-11-20T10:00:00Z"));
    CHECK(find(certificate.meta.labels, "team") == "shop");
    CHECK(find(certificate.meta.annotations, "note") == "by hand");
    CHECK_FALSE(find(certificate.meta.annotations, "other"));
    const CertificateSpec& spec = certificate.spec;
    CHECK(spec.secret_name == "web-tls");
    CHECK(spec.issuer_ref.name == "letsencrypt");
    CHECK(spec.issuer_ref.is_cluster());
    CHECK(spec.issuer_ref.group == "certmanager.k8s.io");
    CHECK(spec.issuer_ref.line == 15);
    CHECK(spec.common_name == "example.com");
    CHECK(spec.dns_names == std::vector<std::string>{"www.example.com"});
    CHECK(spec.ip_addresses == std::vector<std::string>{"192.0.2.1"});
    CHECK(spec.organization == std::vector<std::string>{"Example"});
    CHECK(spec.duration == std::chrono::hours(2160));
    CHECK(spec.renew_before == std::chrono::minutes(90));
    CHECK(spec.is_ca);
    CHECK(spec.usages == std::vector<std::string>{"server auth"});
    CHECK(spec.key_size == 384);
    CHECK(spec.key_algorithm == "ecdsa");
    CHECK(spec.key_encoding == "pkcs8");
    CHECK(spec.rotation_policy == RotationPolicy::Never);
    REQUIRE(spec.acme_config);
    REQUIRE(spec.acme_config->size() == 2);
    CHECK(spec.acme_config->at(0).domains == std::vector<std::string>{"example.com"});
    CHECK(spec.acme_config->at(0).dns01_provider == "prod-dns");
    CHECK_FALSE(spec.acme_config->at(0).http01);
    REQUIRE(spec.acme_config->at(1).http01);
    CHECK(spec.acme_config->at(1).http01->ingress == "web");
    CHECK(spec.acme_config->at(1).http01->ingress_class == "nginx");
}

TEST_CASE("a Certificate without optional fields has their defaults", "[api][unit]") {
    json::Findings findings;

    const Certificate certificate = decode("kind: Certificate", findings);

    CHECK(findings.empty());
    CHECK(certificate.spec.key_size == 0);
    CHECK(certificate.spec.rotation_policy == RotationPolicy::Always);
    CHECK_FALSE(certificate.spec.duration);
    CHECK_FALSE(certificate.spec.acme_config);
    CHECK_FALSE(certificate.status.order);
}

TEST_CASE("the tutorial's Certificate is decoded without a finding", "[api][unit]") {
    json::Findings findings;

    const Certificate certificate = decode(fixture("tutorial-certificate.yaml"), findings);

    CHECK(findings.empty());
    CHECK(certificate.meta.name == "example-com");
    REQUIRE(certificate.spec.acme_config);
    CHECK(certificate.spec.acme_config->at(1).dns01_provider == "cf-dns");
}

TEST_CASE("a wrong type is a finding with its path, and reading goes on", "[api][unit]") {
    json::Findings findings;

    const Certificate certificate = decode(R"(
kind: Certificate
spec:
  secretName: 5
  dnsNames: [a.example.com, 7]
  isCA: "yes"
  duration: soon
  privateKey: {rotationPolicy: Sometimes}
  acme: {config: [{domains: example.com}]}
  commonName: example.com
)",
                                           findings);

    std::vector<std::string> told;
    told.reserve(findings.size());
    for (const json::Finding& finding : findings) {
        told.push_back(finding.rule + " " + finding.path.text());
    }
    CHECK_THAT(told, Catch::Matchers::UnorderedEquals(std::vector<std::string>{
                         "schema/type spec.secretName", "schema/type spec.dnsNames[1]",
                         "schema/type spec.isCA", "schema/duration spec.duration",
                         "schema/enum spec.privateKey.rotationPolicy",
                         "schema/type spec.acme.config[0].domains"}));
    CHECK(certificate.spec.common_name == "example.com");
    CHECK(certificate.spec.dns_names == std::vector<std::string>{"a.example.com", ""});
}

TEST_CASE("an unknown field is a warning that tells what was probably meant", "[api][unit]") {
    json::Findings findings;

    decode("{metadata: {lables: {}}, spec: {dnsName: [a.example.com]}}", findings);

    REQUIRE(findings.size() == 2);
    CHECK(findings[0].severity == json::Severity::Warning);
    CHECK(json::format(findings[0]) == "metadata.lables: unknown field, did you mean \"labels\"?");
    CHECK(json::format(findings[1]) == "spec.dnsName: unknown field, did you mean \"dnsNames\"?");
}

TEST_CASE("a Certificate's status reads back as it was written", "[api][unit]") {
    const CertificateStatus status{
        .conditions = {{.type = "Ready",
                        .status = "True",
                        .reason = "Ready",
                        .message = "up to date",
                        .last_transition = parse_rfc3339("2026-11-20T10:00:00Z")}},
        .not_after = parse_rfc3339("2027-02-18T10:00:00Z"),
        .renewal_time = parse_rfc3339("2027-01-19T10:00:00Z"),
        .last_failure_time = parse_rfc3339("2026-11-19T10:00:00Z"),
        .order = PendingOrder{.url = "https://ca.test/order/1",
                              .directory = "https://ca.test/dir",
                              .names = {"example.com", "*.example.com"},
                              .expires = parse_rfc3339("2026-11-27T10:00:00Z"),
                              .spec_hash = "ab12",
                              .failures = {{"example.com", "CAA forbids it"}}},
        .records = {{.provider = "prod-dns",
                     .solver = "rfc2136",
                     .zone = "example.com.",
                     .name = "_acme-challenge.example.com.",
                     .value = "abc",
                     .domain = "example.com"}},
    };
    json::Findings findings;

    const json::Value object =
        json::merge_patch(json::Value::object(), v1alpha1::encode_status(status));
    const CertificateStatus read = v1alpha1::decode_certificate(object, findings).status;

    CHECK(findings.empty());
    REQUIRE(read.conditions.size() == 1);
    CHECK(read.conditions[0].reason == "Ready");
    CHECK(read.conditions[0].last_transition == status.conditions[0].last_transition);
    CHECK(read.not_after == status.not_after);
    CHECK(read.renewal_time == status.renewal_time);
    CHECK(read.last_failure_time == status.last_failure_time);
    REQUIRE(read.order);
    CHECK(read.order->url == status.order->url);
    CHECK(read.order->directory == status.order->directory);
    CHECK(read.order->names == status.order->names);
    CHECK(read.order->expires == status.order->expires);
    CHECK(read.order->spec_hash == status.order->spec_hash);
    CHECK(read.order->failures == status.order->failures);
    CHECK(read.records == status.records);
}

TEST_CASE("what is empty in a status is removed from the object, what is another's stays",
          "[api][unit]") {
    const json::Value object = document(R"(
status:
  notAfter: "2027-02-18T10:00:00Z"
  conditions: [{type: Ready, status: "True"}]
  acme:
    authorizations: [{domain: example.com}]
    order: {url: "https://ca.test/order/1"}
    records: [{name: a.}]
)");

    const json::Value patched =
        json::merge_patch(object, v1alpha1::encode_status(CertificateStatus{}));

    CHECK(patched == document("status: {acme: {authorizations: [{domain: example.com}]}}"));
}

TEST_CASE("what is odd in a status reads as absent", "[api][unit]") {
    json::Findings findings;

    const Certificate certificate = decode(
        "status: {notAfter: tomorrow, conditions: many, acme: {order: {url: ''}, records: 4}}",
        findings);

    CHECK(findings.empty());
    CHECK_FALSE(certificate.status.not_after);
    CHECK_FALSE(certificate.status.order);
    CHECK(certificate.status.records.empty());
}

}  // namespace kcert::api
