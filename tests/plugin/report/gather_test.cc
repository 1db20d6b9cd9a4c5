// SPDX-License-Identifier: Apache-2.0

#include <set>
#include <string>

#include <catch2/catch.hpp>

#include "report/gather.h"
#include "support/held_objects.h"

namespace kcert::report {
namespace {

constexpr std::string_view kObjects = R"(
apiVersion: certmanager.k8s.io/v1alpha1
kind: Certificate
metadata: {name: web, namespace: shop, uid: "1"}
spec:
  secretName: web-tls
  issuerRef: {name: letsencrypt}
  dnsNames: [example.com]
---
apiVersion: v1
kind: Secret
metadata: {name: web-tls, namespace: shop}
type: kubernetes.io/tls
---
apiVersion: v1
kind: Event
metadata: {name: web.1, namespace: shop}
involvedObject: {kind: Certificate, name: web, namespace: shop, uid: "1"}
reason: CertificateIssued
---
apiVersion: v1
kind: Event
metadata: {name: web.2, namespace: shop}
involvedObject: {kind: Certificate, name: web, namespace: shop, uid: "0"}
reason: OfAnEarlierObjectOfThatName
---
apiVersion: v1
kind: Event
metadata: {name: api.1, namespace: shop}
involvedObject: {kind: Certificate, name: api, namespace: shop}
reason: OfAnother
)";

const kube::ObjectKey kWeb{kube::kCertificate, "shop", "web"};

Material gather_web(kube::ObjectStore& store) {
    return gather(store, {.ns = "shop", .names = {"web"}}, "kube-system", {}).materials.at(0);
}

TEST_CASE("a Certificate is read with all that belongs to it", "[report][unit]") {
    testing::HeldObjects store(kObjects);

    const Material material = gather_web(store);

    CHECK(material.certificate.spec.secret_name == "web-tls");
    REQUIRE(material.secret.value);
    CHECK(material.secret.value->type == "kubernetes.io/tls");
    CHECK_FALSE(material.issuer.value);
    CHECK(material.issuer.error.empty());
    REQUIRE(material.events.size() == 1);
    CHECK(material.events.front().reason == "CertificateIssued");
}

std::set<std::string> rules_of(const Material& material) {
    std::set<std::string> rules;
    for (const Verdict& verdict : material.verdicts) {
        for (const json::Finding& finding : verdict.findings) {
            rules.insert(std::string(verdict.key.kind.kind) + " " + finding.rule);
        }
    }
    return rules;
}

constexpr std::string_view kIssuer = R"(
---
apiVersion: certmanager.k8s.io/v1alpha1
kind: Issuer
metadata: {name: letsencrypt, namespace: shop}
spec:
  acme:
    server: https://ca.test/directory
    email: user@example.com
    privateKeySecretRef: {name: account}
    dns01:
      providers:
      - name: ours
        rfc2136:
          nameserver: 192.0.2.1:53
          tsigKeyName: key
          tsigAlgorithm: HMACSHA256
          tsigSecretSecretRef: {name: tsig, key: secret}
)";

TEST_CASE("a Certificate is judged as issuing judges it", "[report][unit]") {
    std::string objects(kObjects);
    const std::string names = "dnsNames: [example.com]\n";
    objects.replace(objects.find(names), names.size(),
                    "dnsNames: [example.com, www.example.com]\n"
                    "  acme: {config: [{domains: [example.com], dns01: {provider: their}},\n"
                    "    {domains: [www.example.com], dns01: {provider: ours}}]}\n");
    objects.replace(objects.find("{name: web-tls, namespace: shop}"), 32,
                    "{name: web-tls, namespace: shop, labels: "
                    "{certmanager.k8s.io/certificate-name: api}}");
    testing::HeldObjects store(objects + std::string(kIssuer));

    CHECK(rules_of(gather_web(store)) ==
          std::set<std::string>{"Certificate certificate/provider-not-found",
                                "Certificate certificate/secret-owner",
                                "Issuer issuer/credential-secret-not-found"});
}

TEST_CASE("an issuer that is not there is a verdict", "[report][unit]") {
    testing::HeldObjects store(kObjects);

    CHECK(rules_of(gather_web(store)) ==
          std::set<std::string>{"Certificate certificate/issuer-not-found"});
}

TEST_CASE("a part that may not be read has its error beside it", "[report][unit]") {
    testing::HeldObjects store(kObjects);
    store.forbid("Secret");
    store.forbid("Event");

    const Material material = gather_web(store);

    CHECK(material.secret.error == "no right to read it");
    CHECK(material.events_error == "no right to list them");
    CHECK(material.verdicts_error == "no right to read it");
}

TEST_CASE("a Certificate that is not there is named as missing", "[report][unit]") {
    testing::HeldObjects store(kObjects);

    const Gathered gathered =
        gather(store, {.ns = "shop", .names = {"nope", "web"}}, "kube-system", {});

    CHECK(gathered.missing == std::vector<std::string>{"nope"});
    REQUIRE(gathered.materials.size() == 1);
    CHECK(gathered.materials.front().key == kWeb);
}

constexpr std::string_view kUsers = R"(
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: front, namespace: shop}
spec: {tls: [{hosts: [example.com], secretName: web-tls}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: other, namespace: shop}
spec: {tls: [{hosts: [example.com], secretName: other-tls}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge, namespace: shop}
spec: {listeners: [{hostname: example.com, tls: {certificateRefs: [{name: web-tls}]}}]}
)";

TEST_CASE("Ingresses and Gateways that serve the Secret are found", "[report][unit]") {
    testing::HeldObjects store(std::string(kObjects) + std::string(kUsers));

    const Material material = gather_web(store);

    REQUIRE(material.users.size() == 2);
    CHECK(describe(material.users[0].key) == "Ingress shop/front");
    CHECK(describe(material.users[1].key) == "Gateway shop/edge");
}

TEST_CASE("Ingresses that may not be listed are told, a cluster without Gateways is not",
          "[report][unit]") {
    testing::HeldObjects store(kObjects);
    store.forbid("Ingress");
    store.forbid("Gateway", kube::StatusError(404, "NotFound", "no such kind"));

    const Material material = gather_web(store);

    CHECK(material.ingresses_error == "no right to list them");
    CHECK(material.gateways_error.empty());
    CHECK(material.verdicts_error.empty());
}

TEST_CASE("nothing is read twice, and many Certificates are one batch a round", "[report][unit]") {
    std::string objects(kObjects);
    objects += kIssuer;
    for (const char* const name : {"a", "b", "c"}) {
        objects += std::string(
                       "\n---\napiVersion: certmanager.k8s.io/v1alpha1\nkind: Certificate\n"
                       "metadata: {name: ") +
                   name + ", namespace: shop}\nspec: {secretName: " + name +
                   "-tls, issuerRef: {name: letsencrypt}, dnsNames: [example.com]}\n";
    }
    testing::HeldObjects store(objects);

    const Gathered gathered = gather(store, {.ns = "shop"}, "kube-system", {});

    CHECK(gathered.materials.size() == 4);
    CHECK(store.batches == 2);
    std::set<std::string> distinct;
    for (const kube::ObjectKey& key : store.asked) {
        distinct.insert(describe(key));
    }
    CHECK(distinct.size() == store.asked.size());
}

}  // namespace
}  // namespace kcert::report
