// SPDX-License-Identifier: Apache-2.0

#include "issuance/secret.h"

#include <catch2/catch.hpp>

#include "json/json.h"
#include "json/merge_patch.h"
#include "names/names.h"

namespace kcert::issuance {
namespace {

api::Certificate web() {
    api::Certificate certificate;
    certificate.meta.name = "web";
    certificate.meta.ns = "shop";
    certificate.spec.secret_name = "web-tls";
    certificate.spec.issuer_ref.name = "letsencrypt";
    return certificate;
}

api::Certificate api_certificate() {
    api::Certificate certificate = web();
    certificate.meta.name = "api";
    return certificate;
}

IssuedPair pair_of_two_names() {
    IssuedPair pair;
    pair.key_pem = Sensitive("KEY");
    pair.chain_pem = "CHAIN";
    pair.leaf.dns_names = {"a.test", "b.test"};
    pair.directory = "https://ca.test/dir";
    return pair;
}

json::Value secret_with(std::string_view part, std::string_view key, std::string_view value) {
    json::Value secret;
    secret.member("metadata").member(part).set(key, value);
    return secret;
}

TEST_CASE("a new Secret is of type kubernetes.io/tls with both halves and no empty ca.crt",
          "[issuance][secret]") {
    const json::Value secret = make_secret(web(), pair_of_two_names());

    CHECK(secret.text({"type"}) == "kubernetes.io/tls");
    CHECK(secret.text({"metadata", "name"}) == "web-tls");
    CHECK(secret.text({"metadata", "namespace"}) == "shop");
    CHECK(secret.text({"data", "tls.key"}) == "S0VZ");
    CHECK(secret.text({"data", "tls.crt"}) == "Q0hBSU4=");
    CHECK_FALSE(secret["data"].has("ca.crt"));
}

TEST_CASE("the Secret tells names, issuer, directory and owner", "[issuance][secret]") {
    const json::Value secret = make_secret(web(), pair_of_two_names());

    const json::Value& marks = secret.at({"metadata", "annotations"});
    CHECK(marks["certmanager.k8s.io/alt-names"].as_string() == "a.test,b.test");
    CHECK(marks["certmanager.k8s.io/issuer-name"].as_string() == "letsencrypt");
    CHECK(marks["certmanager.k8s.io/issuer-kind"].as_string() == "Issuer");
    CHECK(marks["certmanager.k8s.io/certificate-name"].as_string() == "web");
    CHECK(marks[kDirectoryAnnotation].as_string() == "https://ca.test/dir");
    CHECK(secret.at({"metadata", "labels"})[kNameLabel].as_string() == "web");
}

TEST_CASE("a patch touches neither the type nor other keys", "[issuance][secret]") {
    const json::Value patch = secret_patch(web(), pair_of_two_names());

    CHECK_FALSE(patch.has("type"));
    CHECK(patch["data"].as_object().size() == 2);
}

TEST_CASE("a label longer than 63 characters is cut and still told apart", "[issuance][secret]") {
    api::Certificate first = web();
    api::Certificate second = web();
    first.meta.name = std::string(100, 'a') + "1";
    second.meta.name = std::string(100, 'a') + "2";

    const json::Value one = make_secret(first, pair_of_two_names());
    const json::Value two = make_secret(second, pair_of_two_names());

    const std::string& label = one.at({"metadata", "labels"})[kNameLabel].as_string();
    CHECK(label.size() <= 63);
    CHECK(label != two.at({"metadata", "labels"})[kNameLabel].as_string());
    CHECK_FALSE(foreign_owner(one, first).has_value());
    CHECK(foreign_owner(one, second).has_value());
}

TEST_CASE("a Secret without marks, or with this Certificate's, is free", "[issuance][secret]") {
    CHECK_FALSE(foreign_owner(json::Value::object(), web()).has_value());
    CHECK_FALSE(foreign_owner(secret_with("labels", kNameLabel, "web"), web()).has_value());
    CHECK_FALSE(foreign_owner(make_secret(web(), pair_of_two_names()), web()).has_value());
}

TEST_CASE("the owner of somebody else's Secret is named", "[issuance][secret]") {
    CHECK(foreign_owner(secret_with("labels", kNameLabel, "api"), web()) == "Certificate api");
    CHECK(foreign_owner(secret_with("annotations", "cert-manager.io/certificate-name", "web"),
                        web()) == "cert-manager.io's Certificate web");
    CHECK(foreign_owner(secret_with("labels", "controller.cert-manager.io/fao", "true"), web()) ==
          "cert-manager.io");
    CHECK(foreign_owner(secret_with("labels", "app.kubernetes.io/managed-by", "Helm"), web()) ==
          "Helm");
    CHECK(foreign_owner(secret_with("labels", "argocd.argoproj.io/instance", "shop"), web()) ==
          "Argo CD");
    CHECK(foreign_owner(make_pending_key_secret(api_certificate(), Sensitive("key")), web()) ==
          "an order of Certificate api that is under way");
}

TEST_CASE("an owner reference is a mark", "[issuance][secret]") {
    json::Value secret;
    json::Value owner = json::Value::object({{"kind", "ExternalSecret"}, {"name", "web"}});
    secret.member("metadata").set("ownerReferences", json::Value::array({std::move(owner)}));

    CHECK(foreign_owner(secret, web()) == "ExternalSecret web");
}

TEST_CASE("a Certificate that owns its Secret, as v0.10 could have it, is no other owner",
          "[issuance][secret]") {
    json::Value secret;
    secret.member("metadata")
        .set("ownerReferences",
             json::Value::array({json::Value::object({{"apiVersion", "certmanager.k8s.io/v1alpha1"},
                                                      {"kind", "Certificate"},
                                                      {"name", "web"}})}));

    CHECK_FALSE(foreign_owner(secret, web()));
    CHECK(json::merge_patch(secret, release_patch(secret, web())) == secret);
}

TEST_CASE("a Secret once taken over belongs to this Certificate, whoever had it",
          "[issuance][secret]") {
    for (json::Value secret :
         {secret_with("labels", kNameLabel, "api"), secret_with("annotations", kNameLabel, "api"),
          secret_with("annotations", "cert-manager.io/certificate-name", "web"),
          secret_with("labels", "controller.cert-manager.io/fao", "true"),
          secret_with("labels", "app.kubernetes.io/managed-by", "Helm"),
          secret_with("labels", "argocd.argoproj.io/instance", "shop"),
          secret_with("annotations", "argocd.argoproj.io/tracking-id", "shop:/Secret:x"),
          make_pending_key_secret(api_certificate(), Sensitive("key")),
          json::parse_json(R"({"metadata":{"ownerReferences":[{"kind":"A","name":"b"}]}})")}) {
        INFO(json::write_json(secret));
        REQUIRE(foreign_owner(secret, web()));

        const json::Value patch =
            secret_patch(web(), pair_of_two_names(), release_patch(secret, web()));
        secret = json::merge_patch(std::move(secret), patch);

        CHECK_FALSE(foreign_owner(secret, web()));
    }
}

TEST_CASE("taking over leaves marks that are nobody's", "[issuance][secret]") {
    json::Value secret = secret_with("annotations", "cert-manager.io/issuer-name", "theirs");
    secret.member("metadata").member("annotations").set("example.com/note", "mine");
    secret.member("metadata")
        .member("annotations")
        .set("cert-manager.io/allow-direct-injection", "true");
    secret.member("metadata").member("labels").set("team", "shop");

    secret = json::merge_patch(
        secret, secret_patch(web(), pair_of_two_names(), release_patch(secret, web())));

    const json::Value& marks = secret.at({"metadata", "annotations"});
    CHECK_FALSE(marks.has("cert-manager.io/issuer-name"));
    CHECK(marks["example.com/note"].as_string() == "mine");
    CHECK(marks.has("cert-manager.io/allow-direct-injection"));
    CHECK(secret.at({"metadata", "labels"})["team"].as_string() == "shop");
}

TEST_CASE("the pending key's Secret has a valid name whatever the Certificate's",
          "[issuance][secret]") {
    CHECK(pending_key_name("web") == "web-pending-key");
    CHECK(names::is_dns1123_subdomain(pending_key_name(std::string(253, 'a'))));
    CHECK(pending_key_name(std::string(252, 'a') + "b") !=
          pending_key_name(std::string(252, 'a') + "c"));
}

TEST_CASE("only a marked Secret is taken for the pending key", "[issuance][secret]") {
    const json::Value pending = make_pending_key_secret(web(), Sensitive("KEY"));
    api::Certificate other = web();
    other.meta.name = "api";

    CHECK(is_pending_key_secret(pending, web()));
    CHECK_FALSE(is_pending_key_secret(pending, other));
    CHECK_FALSE(is_pending_key_secret(json::Value::object(), web()));
}

}  // namespace
}  // namespace kcert::issuance
