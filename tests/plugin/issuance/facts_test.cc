// SPDX-License-Identifier: Apache-2.0

#include <catch2/catch.hpp>

#include "issuance/facts.h"
#include "support/held_objects.h"

namespace kcert::issuance {
namespace {

constexpr std::string_view kObjects = R"(
apiVersion: certmanager.k8s.io/v1alpha1
kind: Issuer
metadata: {name: letsencrypt, namespace: shop}
spec:
  acme:
    server: https://ca.test/directory
    privateKeySecretRef: {name: account}
    dns01:
      providers:
      - name: ours
        rfc2136:
          nameserver: 192.0.2.1
          tsigKeyName: key
          tsigSecretSecretRef: {name: tsig, key: secret}
---
apiVersion: certmanager.k8s.io/v1alpha1
kind: Issuer
metadata: {name: elsewhere, namespace: staging}
spec: {acme: {}}
---
apiVersion: certmanager.k8s.io/v1alpha1
kind: Certificate
metadata: {name: api, namespace: shop}
spec: {secretName: web-tls}
---
apiVersion: v1
kind: Secret
metadata: {name: tsig, namespace: shop}
data: {secret: c2VjcmV0}
)";

api::Certificate certificate(const std::string& issuer) {
    api::Certificate certificate;
    certificate.meta.name = "web";
    certificate.meta.ns = "shop";
    certificate.spec.secret_name = "web-tls";
    certificate.spec.issuer_ref.name = issuer;
    return certificate;
}

TEST_CASE("facts hold the issuer, its Secrets and who writes which Secret", "[issuance][unit]") {
    testing::HeldObjects store(kObjects);

    const rules::Facts facts = gather_facts(store, certificate("letsencrypt"), "kube-system", {});

    REQUIRE(facts.issuer);
    REQUIRE(facts.issuer->issuer);
    CHECK(facts.issuer->issuer->meta.name == "letsencrypt");
    CHECK(facts.secrets_namespace == "shop");
    CHECK(facts.secrets.at("tsig") == std::set<std::string>{"secret"});
    REQUIRE(facts.certificates_by_secret);
    CHECK(facts.certificates_by_secret->find("web-tls")->second == "api");
}

TEST_CASE("facts tell where a missing issuer would be", "[issuance][unit]") {
    testing::HeldObjects store(kObjects);

    const rules::Facts facts = gather_facts(store, certificate("elsewhere"), "kube-system", {});

    REQUIRE(facts.issuer);
    CHECK_FALSE(facts.issuer->issuer);
    CHECK_FALSE(facts.issuer->cluster_issuer_has_name);
    CHECK(facts.issuer->namespaces_with_name == std::vector<std::string>{"staging"});
}

TEST_CASE("what may not be seen is not judged", "[issuance][unit]") {
    testing::HeldObjects store(kObjects);
    store.forbid("Secret");
    store.forbid("Certificate");

    const rules::Facts facts = gather_facts(store, certificate("letsencrypt"), "kube-system", {});

    CHECK(facts.issuer->issuer);
    CHECK(facts.secrets.empty());
    CHECK_FALSE(facts.certificates_by_secret);
}

TEST_CASE("a reference to no kind of this API is not looked up", "[issuance][unit]") {
    testing::HeldObjects store(kObjects);
    api::Certificate asked = certificate("letsencrypt");
    asked.spec.issuer_ref.group = "example.com";

    CHECK_FALSE(gather_facts(store, asked, "kube-system", {}).issuer);
    CHECK(store.asked.empty());
}

TEST_CASE("a ClusterIssuer's Secrets stand in the cluster resource namespace", "[issuance][unit]") {
    const api::Issuer issuer{.cluster = true};

    CHECK(secrets_namespace(issuer, "kube-system") == "kube-system");
}

}  // namespace
}  // namespace kcert::issuance
