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

TEST_CASE("facts hold the issuer and who writes which Secret", "[issuance][unit]") {
    testing::HeldObjects store(kObjects);

    const rules::Facts facts = gather_facts(store, certificate("letsencrypt"), {});

    REQUIRE(facts.issuer);
    REQUIRE(facts.issuer->issuer);
    CHECK(facts.issuer->issuer->meta.name == "letsencrypt");
    REQUIRE(facts.certificates_by_secret);
    CHECK(facts.certificates_by_secret->find("web-tls")->second == "api");
}

TEST_CASE("facts of an issuer hold the Secrets of its credentials", "[issuance][unit]") {
    testing::HeldObjects store(kObjects);
    const rules::Facts found = gather_facts(store, certificate("letsencrypt"), {});

    const rules::Facts facts = gather_facts(store, *found.issuer->issuer, "kube-system", {});

    CHECK(facts.secrets_namespace == "shop");
    CHECK(facts.secrets.at("tsig") == std::set<std::string>{"secret"});
}

TEST_CASE("facts tell of an Issuer that has the missing ClusterIssuer's name", "[issuance][unit]") {
    testing::HeldObjects store(kObjects);
    api::Certificate asked = certificate("letsencrypt");
    asked.spec.issuer_ref.kind = "ClusterIssuer";

    const rules::Facts facts = gather_facts(store, asked, {});

    CHECK_FALSE(facts.issuer->issuer);
    CHECK(facts.issuer->namespaces_with_name == std::vector<std::string>{"shop"});
    CHECK(rules::check_references(asked, facts).front().detail.find("remove kind: ClusterIssuer") !=
          std::string::npos);
}

TEST_CASE("facts tell where a missing issuer would be", "[issuance][unit]") {
    testing::HeldObjects store(kObjects);

    const rules::Facts facts = gather_facts(store, certificate("elsewhere"), {});

    REQUIRE(facts.issuer);
    CHECK_FALSE(facts.issuer->issuer);
    CHECK_FALSE(facts.issuer->cluster_issuer_has_name);
    CHECK(facts.issuer->namespaces_with_name == std::vector<std::string>{"staging"});
}

TEST_CASE("what may not be seen is not judged", "[issuance][unit]") {
    testing::HeldObjects store(kObjects);
    store.forbid("Secret");
    store.forbid("Certificate");

    const rules::Facts facts = gather_facts(store, certificate("letsencrypt"), {});

    REQUIRE(facts.issuer->issuer);
    CHECK(gather_facts(store, *facts.issuer->issuer, "kube-system", {}).secrets.empty());
    CHECK_FALSE(facts.certificates_by_secret);
}

TEST_CASE("a reference to no kind of this API is not looked up", "[issuance][unit]") {
    testing::HeldObjects store(kObjects);
    api::Certificate asked = certificate("letsencrypt");
    asked.spec.issuer_ref.group = "example.com";

    CHECK_FALSE(gather_facts(store, asked, {}).issuer);
    CHECK(store.asked.empty());
}

TEST_CASE("a ClusterIssuer's Secrets stand in the cluster resource namespace", "[issuance][unit]") {
    const api::Issuer issuer{.cluster = true};

    CHECK(secrets_namespace(issuer, "kube-system") == "kube-system");
}

}  // namespace
}  // namespace kcert::issuance
