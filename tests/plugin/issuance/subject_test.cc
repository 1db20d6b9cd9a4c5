// SPDX-License-Identifier: Apache-2.0

#include "issuance/subject.h"

#include <algorithm>

#include <catch2/catch.hpp>

#include "issuance/secret.h"
#include "json/json.h"
#include "shop.h"

namespace kcert::issuance {

namespace {

using Catch::Matchers::Contains;
using fixtures::Shop;

const json::Finding* find_rule(const json::Findings& findings, std::string_view rule) {
    const auto found = std::ranges::find(findings, rule, &json::Finding::rule);
    return found == findings.end() ? nullptr : &*found;
}

const std::string kIssuerSecrets =
    "get Secret shop/web-tls, Secret shop/letsencrypt-account, Secret shop/cloudflare-api-key";

/// The status tells of an order, as a run leaves it that did not come to its end.
void leave_order(const Shop& shop, kube::ObjectStore& store) {
    const json::Value order = json::Value::object({{"url", fixtures::kOrderUrl}});
    json::Value status = json::Value::object({{"acme", json::Value::object({{"order", order}})}});
    store.patch(shop.request.certificate, json::Value::object({{"status", std::move(status)}}),
                kube::Part::Status, {});
}

}  // namespace

TEST_CASE("all that a Certificate refers to is read together", "[issuance][subject]") {
    Shop shop;

    const Subject subject = shop.subject();

    CHECK_FALSE(subject.refused());
    CHECK(subject.certificate.spec.secret_name == "web-tls");
    CHECK(subject.acme().server == "https://ca.test/directory");
    CHECK(kube::describe(subject.issuer_key) == "Issuer shop/letsencrypt");
    CHECK(subject.credentials.at("cloudflare-api-key").find("api-key.txt") != nullptr);
    CHECK_FALSE(subject.target);
    CHECK_FALSE(subject.account);
}

TEST_CASE("reading costs Certificate, issuer, one batch and one list", "[issuance][subject]") {
    Shop shop;

    shop.subject();

    CHECK(shop.store.calls() ==
          std::vector<std::string>{"get Certificate shop/web", "get Issuer shop/letsencrypt",
                                   kIssuerSecrets, "list certificates in shop"});
}

TEST_CASE("other Certificates are not asked for once the Secret bears the mark",
          "[issuance][subject]") {
    Shop shop;
    json::Value metadata;
    metadata.member("annotations").set(kNameLabel, "web");
    shop.add_secret("web-tls", {}, metadata);

    shop.subject();

    CHECK(shop.store.calls().back() == kIssuerSecrets);
}

TEST_CASE("a Certificate that is not there is a 404 that says where", "[issuance][subject]") {
    Shop shop;
    shop.request.certificate.name = "api";

    CHECK_THROWS_WITH(shop.subject(), Contains("\"api\" not found in namespace \"shop\" of ") &&
                                          Contains(shop.folder.path().string()));
}

TEST_CASE("an issuer in another namespace is pointed out", "[issuance][subject]") {
    Shop shop;
    shop.edit("issuer.yaml", "namespace: shop", "namespace: infra");

    const Subject subject = shop.subject();

    CHECK(subject.refused());
    const auto* finding = find_rule(subject.certificate_findings, "certificate/issuer-not-found");
    REQUIRE(finding);
    CHECK_THAT(finding->detail, Contains("infra"));
}

TEST_CASE("what may not be listed does not hold a finding up", "[issuance][subject]") {
    Shop shop;
    shop.edit("issuer.yaml", "namespace: shop", "namespace: infra");
    shop.store.forbid("list");

    const Subject subject = shop.subject();

    CHECK(find_rule(subject.certificate_findings, "certificate/issuer-not-found"));
}

TEST_CASE("a missing credential is a fault of the Issuer", "[issuance][subject]") {
    Shop shop;
    shop.edit("issuer.yaml", "  name: cloudflare-api-key\n  namespace: shop",
              "  name: cloudflare-api-key\n  namespace: infra");

    const Subject subject = shop.subject();

    CHECK(subject.refused());
    const auto* finding = find_rule(subject.issuer_findings, "issuer/credential-secret-not-found");
    REQUIRE(finding);
    CHECK_THAT(finding->detail, Contains("infra"));
}

TEST_CASE("a credential that no name of the Certificate needs is no obstacle",
          "[issuance][subject]") {
    Shop shop;
    shop.edit("certificate.yaml", "provider: cf-dns", "provider: prod-dns");
    shop.store.forbid("get Secret shop/cloudflare");

    const Subject subject = shop.subject();

    CHECK_FALSE(subject.refused());
    CHECK(subject.credentials.empty());
    CHECK(shop.store.calls()[2] == "get Secret shop/web-tls, Secret shop/letsencrypt-account");
}

TEST_CASE("what a provider once placed can be taken away though no name needs it now",
          "[issuance][subject]") {
    Shop shop;
    shop.edit("certificate.yaml", "provider: cf-dns", "provider: prod-dns");
    shop.on_disk.patch(
        shop.request.certificate,
        json::parse_json(R"({"status":{"acme":{"records":[{"provider":"cf-dns"}]}}})"),
        kube::Part::Status, {});

    CHECK(shop.subject().credentials.contains("cloudflare-api-key"));

    shop.edit("issuer.yaml", "  name: cloudflare-api-key\n  namespace: shop",
              "  name: cloudflare-api-key\n  namespace: infra");
    CHECK_FALSE(shop.subject().refused());
}

TEST_CASE("a Secret of another owner is refused unless it is taken over", "[issuance][subject]") {
    Shop shop;
    json::Value metadata;
    metadata.member("annotations").set("cert-manager.io/certificate-name", "web");
    shop.add_secret("web-tls", {{"tls.crt", "old"}}, metadata);

    const Subject refused = shop.subject();
    shop.request.subject.take_over = true;
    const Subject taken = shop.subject();

    const auto* finding = find_rule(refused.certificate_findings, "certificate/secret-owner");
    REQUIRE(finding);
    CHECK_THAT(finding->detail, Contains("cert-manager.io's Certificate web"));
    CHECK_FALSE(taken.refused());
    CHECK(taken.release.at({"metadata", "annotations"}).has("cert-manager.io/certificate-name"));
}

TEST_CASE("findings know the file and line that they are about", "[issuance][subject]") {
    Shop shop;
    shop.edit("certificate.yaml", "keyAlgorithm: ecdsa", "keyAlgorithm: dsa");
    shop.edit("issuer.yaml", "key: api-key.txt", "key: api-key");

    const Subject subject = shop.subject();

    const auto* key = find_rule(subject.certificate_findings, "certificate/key-algorithm");
    REQUIRE(key);
    CHECK(key->file == (shop.folder.path() / "certificate.yaml").native());
    CHECK(key->line == 9);
    const auto* credential = find_rule(subject.issuer_findings, "issuer/credential-key-not-found");
    REQUIRE(credential);
    CHECK(credential->file == (shop.folder.path() / "issuer.yaml").native());
    CHECK(credential->line == 23);
}

TEST_CASE("a Secret's fault is told with the Secret's file", "[issuance][subject]") {
    Shop shop;
    shop.folder.write("target.yaml",
                      "apiVersion: v1\nkind: Secret\nmetadata: {name: web-tls, namespace: shop}\n"
                      "data:\n  tls.crt: '***'\n");

    const Subject subject = shop.subject();

    const auto* fault = find_rule(subject.certificate_findings, "schema/base64");
    REQUIRE(fault);
    CHECK_THAT(fault->detail, Contains("in Secret shop/web-tls"));
    CHECK(fault->file == (shop.folder.path() / "target.yaml").native());
    CHECK(fault->line == 5);
}

TEST_CASE("a credential that may not be read is the API server's refusal", "[issuance][subject]") {
    Shop shop;
    shop.store.forbid("get Secret");

    CHECK_THROWS_AS(shop.subject(), kube::StatusError);
}

TEST_CASE("another Certificate that writes the same Secret is named", "[issuance][subject]") {
    Shop shop;
    shop.folder.write("other.yaml", shop.folder.read("certificate.yaml"));
    shop.edit("other.yaml", "name: web\n", "name: api\n");

    const Subject subject = shop.subject();

    const auto* finding = find_rule(subject.certificate_findings, "certificate/secret-shared");
    REQUIRE(finding);
    CHECK_THAT(finding->detail, Contains("api"));
}

TEST_CASE("all faults are found at once", "[issuance][subject]") {
    Shop shop;
    shop.edit("certificate.yaml", "keyAlgorithm: ecdsa", "keyAlgorithm: dsa");
    shop.edit("certificate.yaml", "provider: prod-dns", "provider: gone-dns");
    shop.edit("issuer.yaml", "key: api-key.txt", "key: api-key");

    const Subject subject = shop.subject();

    CHECK(find_rule(subject.certificate_findings, "certificate/key-algorithm"));
    CHECK(find_rule(subject.certificate_findings, "certificate/provider-not-found"));
    CHECK(find_rule(subject.issuer_findings, "issuer/credential-key-not-found"));
}

TEST_CASE("a name that no object can have is not asked for", "[issuance][subject]") {
    Shop shop;
    shop.edit("certificate.yaml", "secretName: web-tls", "secretName: ../web-tls");

    const Subject with_secret = shop.subject();

    CHECK(find_rule(with_secret.certificate_findings, "certificate/secret-name-syntax"));
    CHECK(shop.store.calls()[2] ==
          "get Secret shop/letsencrypt-account, Secret shop/cloudflare-api-key");

    shop.edit("certificate.yaml", "    name: letsencrypt", "    name: shop/letsencrypt");
    shop.store.forget_calls();

    const Subject with_issuer = shop.subject();

    CHECK(with_issuer.refused());
    CHECK(shop.store.calls() == std::vector<std::string>{"get Certificate shop/web"});
}

TEST_CASE("a ClusterIssuer's Secrets are in a namespace of their own", "[issuance][subject]") {
    Shop shop;
    shop.edit("certificate.yaml", "    name: letsencrypt",
              "    name: letsencrypt\n    kind: ClusterIssuer");
    shop.edit("issuer.yaml", "kind: Issuer\nmetadata:\n  name: letsencrypt\n  namespace: shop",
              "kind: ClusterIssuer\nmetadata:\n  name: letsencrypt");
    shop.edit("issuer.yaml", "namespace: shop", "namespace: infra");
    shop.request.subject.cluster_resource_namespace = "infra";

    const Subject subject = shop.subject();

    CHECK_FALSE(subject.refused());
    CHECK(kube::describe(subject.issuer_key) == "ClusterIssuer letsencrypt");
    CHECK(subject.credentials_namespace == "infra");
    CHECK(subject.credentials.contains("cloudflare-api-key"));
}

TEST_CASE("a Secret of the pending key's name is taken only with our mark", "[issuance][subject]") {
    Shop shop;
    leave_order(shop, shop.on_disk);
    shop.add_secret("web-pending-key", {{"tls.key", "theirs"}});
    CHECK_FALSE(shop.subject().pending_key);
    Shop other;
    leave_order(other, other.on_disk);
    other.on_disk.create_all(
        std::vector{make_pending_key_secret(other.subject().certificate, Sensitive("KEY"))}, {});

    const Subject subject = other.subject();

    REQUIRE(subject.pending_key);
    CHECK(subject.pending_key->find("tls.key")->reveal() == "KEY");
}

TEST_CASE("what a run would store is tried for beforehand", "[issuance][subject]") {
    Shop shop;
    const auto before = shop.files();
    CHECK_NOTHROW(expect_writable(shop.store, shop.subject(), {}));
    CHECK(shop.files() == before);

    for (const std::string name : {"web-tls", "web-pending-key", "letsencrypt-account"}) {
        Shop other;
        other.folder.write("secret.shop." + name + ".yaml", "kind: ConfigMap\n");
        CHECK_THROWS_WITH(expect_writable(other.store, other.subject(), {}),
                          Contains("secret.shop." + name + ".yaml is in the way"));
    }
}

TEST_CASE("a Secret that cannot be changed is told beforehand", "[issuance][subject]") {
    Shop shop;
    shop.folder.write("tls.yaml",
                      "apiVersion: v1\nkind: Secret\nmetadata: {name: web-tls, namespace: shop}\n"
                      "immutable: true\n");

    CHECK_THROWS_WITH(expect_writable(shop.store, shop.subject(), {}),
                      Contains("Secret shop/web-tls is immutable"));
}

TEST_CASE(
    "somebody else's Secret under the pending key's name is told before an order is gone on with",
    "[issuance][subject]") {
    Shop shop;
    leave_order(shop, shop.on_disk);
    shop.add_secret("web-pending-key", {{"tls.key", "theirs"}});

    CHECK_THROWS_WITH(expect_writable(shop.store, shop.subject(), {}),
                      Contains("Secret shop/web-pending-key is somebody else's"));
}

TEST_CASE("a solver's secrets stand under the names of its fields", "[issuance][subject]") {
    Shop shop;
    const Subject subject = shop.subject();

    const auto secrets = solver_secrets(subject, subject.acme().providers[1].stanzas[0]);

    REQUIRE(secrets.size() == 1);
    CHECK(secrets.at("apiKeySecretRef").reveal() == "not-a-real-key");
}

TEST_CASE("a solver's missing secret is named with its field", "[issuance][subject]") {
    Shop shop;
    Subject subject = shop.subject();
    subject.credentials.clear();

    CHECK_THROWS_WITH(solver_secrets(subject, subject.acme().providers[1].stanzas[0]),
                      "apiKeySecretRef: Secret \"cloudflare-api-key\" in namespace \"shop\" has "
                      "no key \"api-key.txt\"");
}

}  // namespace kcert::issuance
