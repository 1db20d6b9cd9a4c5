// SPDX-License-Identifier: Apache-2.0

#include <catch2/catch.hpp>

#include "commands/validate.h"
#include "json/json.h"
#include "json/yaml.h"
#include "plugin/commands/desk.h"
#include "support/temporary_folder.h"

namespace kcert::commands {
namespace {

constexpr std::string_view kIssuer = R"(apiVersion: certmanager.k8s.io/v1alpha1
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
          nameserver: 192.0.2.1
          tsigKeyName: key
          tsigAlgorithm: HMACSHA256
          tsigSecretSecretRef: {name: tsig, key: secret}
)";

constexpr std::string_view kSecret = R"(apiVersion: v1
kind: Secret
metadata: {name: tsig, namespace: shop}
stringData: {secret: c2VjcmV0}
)";

constexpr std::string_view kCertificate = R"(apiVersion: certmanager.k8s.io/v1alpha1
kind: Certificate
metadata: {name: web, namespace: shop}
spec:
  secretName: web-tls
  issuerRef: {name: letsencrypt}
  dnsNames: [www.example.com]
  acme:
    config:
    - domains: [www.example.com]
      dns01: {provider: ours}
)";

constexpr std::string_view kFaulty = R"(apiVersion: certmanager.k8s.io/v1alpha1
kind: Certificate
metadata: {name: api, namespace: shop}
spec:
  issuerRef: {name: letsencrypt}
  dnsNames: [api.example.com]
  keyAlgorithm: rsa
  keySize: 100
  acme:
    config:
    - domains: [api.example.com]
      dns01: {provider: ours}
)";

std::string documents(std::initializer_list<std::string_view> texts) {
    std::string joined;
    for (const std::string_view text : texts) {
        joined += "---\n" + std::string(text);
    }
    return joined;
}

cli::ExitStatus judge(Desk& desk, const std::string& text,
                      cli::OutputFormat format = cli::OutputFormat::Text) {
    desk.in.str(text);
    return validate({.files = {"-"}, .output = format}, desk.context());
}

TEST_CASE("good manifests are valid, one line each", "[commands][unit]") {
    Desk desk;

    CHECK(judge(desk, documents({kIssuer, kSecret, kCertificate})) == cli::ExitStatus::Done);

    CHECK(desk.out.str() ==
          "issuer.certmanager.k8s.io/letsencrypt valid\n"
          "certificate.certmanager.k8s.io/web valid\n");
    CHECK(desk.err.str().empty());
}

TEST_CASE("all faults of an object are told at once with path and line", "[commands][unit]") {
    Desk desk;

    CHECK(judge(desk, documents({kIssuer, kSecret, kFaulty})) == cli::ExitStatus::Refused);

    const std::string told = desk.err.str();
    CHECK_THAT(told, Catch::StartsWith("The Certificate \"api\" is invalid:\n* "));
    CHECK_THAT(told, Catch::Contains("* spec.secretName: Required value"));
    CHECK_THAT(told, Catch::Contains("* spec.keySize: Invalid value"));
    CHECK_THAT(told, Catch::Contains("(standard input:31)"));
    CHECK(desk.out.str() == "issuer.certmanager.k8s.io/letsencrypt valid\n");
}

TEST_CASE("an impossible name of an object is a fault", "[commands][unit]") {
    Desk desk;
    std::string issuer(kIssuer);
    issuer.replace(issuer.find("letsencrypt"), 11, "Lets_Encrypt");

    CHECK(judge(desk, documents({issuer, kSecret})) == cli::ExitStatus::Refused);

    CHECK_THAT(desk.err.str(),
               Catch::Contains(
                   "is invalid: metadata.name: Invalid value: \"Lets_Encrypt\": a lowercase RFC "
                   "1123 subdomain must consist of ") &&
                   Catch::Contains("(standard input:4)"));
}

TEST_CASE("metadata of a wrong type is a fault, and the others are judged", "[commands][unit]") {
    Desk desk;
    std::string odd(kCertificate);
    odd = "apiVersion: certmanager.k8s.io/v1alpha1\nkind: Certificate\nmetadata: []\nspec: 5\n";

    CHECK(judge(desk, documents({odd, kIssuer, kSecret, kCertificate})) ==
          cli::ExitStatus::Refused);

    CHECK_THAT(desk.err.str(), Catch::Contains("metadata: Invalid value: \"array\""));
    CHECK_THAT(desk.out.str(), Catch::Contains("certificate.certmanager.k8s.io/web valid"));
}

TEST_CASE("an object of another namespace than -n names is not judged in it", "[commands][unit]") {
    Desk desk;
    desk.shared.ns = "other";

    CHECK(judge(desk,
                "apiVersion: certmanager.k8s.io/v1alpha1\nkind: Certificate\n"
                "metadata: {name: web, namespace: shop}\n") == cli::ExitStatus::Failed);

    CHECK_THAT(desk.err.str(),
               Catch::Contains("the namespace from the provided object \"shop\" does not match the "
                               "namespace \"other\". You must pass '--namespace=shop'"));
}

TEST_CASE("a long name floods no terminal", "[commands][unit]") {
    Desk desk;
    const std::string name(100'000, 'A');

    judge(desk, "apiVersion: certmanager.k8s.io/v1alpha1\nkind: Certificate\nmetadata: {name: " +
                    name + "}\nspec: {secretName: " + name + "}\n");

    CHECK(desk.err.str().size() < 5000);
}

TEST_CASE("every credential of an Issuer is looked for", "[commands][unit]") {
    const testing::TemporaryFolder folder;
    Desk desk;
    desk.shared.local = folder.path().string();

    CHECK(judge(desk, std::string(kIssuer)) == cli::ExitStatus::Refused);

    CHECK_THAT(desk.err.str(), Catch::Contains("tsigSecretSecretRef.name: Not found: \"tsig\""));
}

TEST_CASE("references to what is not at hand are not judged", "[commands][unit]") {
    Desk desk;

    CHECK(judge(desk, std::string(kCertificate)) == cli::ExitStatus::Done);

    CHECK_THAT(desk.err.str(),
               Catch::Contains("Not judged") && Catch::Contains("Issuer shop/letsencrypt"));
}

TEST_CASE("with a store at hand a missing reference is a fault", "[commands][unit]") {
    const testing::TemporaryFolder folder;
    Desk desk;
    desk.shared.local = folder.path().string();

    CHECK(judge(desk, std::string(kCertificate)) == cli::ExitStatus::Refused);

    CHECK_THAT(desk.err.str(), Catch::Contains("spec.issuerRef"));
}

TEST_CASE("findings are data", "[commands][unit]") {
    Desk desk;

    judge(desk, documents({kIssuer, kSecret, kFaulty}), cli::OutputFormat::Json);

    const json::Value list = json::parse_json(desk.out.str());
    REQUIRE(list.is_array());
    const auto& findings = list.as_array();
    const auto found = std::find_if(
        findings.begin(), findings.end(),
        [](const json::Value& finding) { return finding.text({"path"}) == "spec.keySize"; });
    REQUIRE(found != findings.end());
    CHECK(found->text({"severity"}) == "error");
    CHECK(found->text({"kind"}) == "Certificate");
    CHECK(found->text({"name"}) == "api");
    CHECK(found->text({"namespace"}) == "shop");

    Desk other;
    judge(other, documents({kIssuer, kSecret, kFaulty}), cli::OutputFormat::Yaml);
    CHECK(json::parse_yaml(other.out.str()) == std::vector<json::Value>{list});
}

TEST_CASE("a broken file is named and the others are judged", "[commands][unit]") {
    const testing::TemporaryFolder folder;
    folder.write("a.yaml", documents({kIssuer, kSecret, kCertificate}));
    folder.write("b.yaml", "a: [1, 2\nb: }");
    Desk desk;

    CHECK(validate({.files = {folder.path().string()}}, desk.context()) == cli::ExitStatus::Failed);

    CHECK_THAT(desk.err.str(), Catch::Contains("error: ") && Catch::Contains("b.yaml"));
    CHECK_THAT(desk.out.str(), Catch::Contains("certificate.certmanager.k8s.io/web valid"));
}

TEST_CASE("one object in two files is an error that names both", "[commands][unit]") {
    const testing::TemporaryFolder folder;
    folder.write("a.yaml", documents({kIssuer, kSecret, kCertificate}));
    folder.write("b.yaml", kCertificate);
    Desk desk;

    CHECK(validate({.files = {folder.path().string()}}, desk.context()) == cli::ExitStatus::Failed);

    CHECK_THAT(desk.err.str(), Catch::Contains("Certificate shop/web") &&
                                   Catch::Contains("a.yaml") && Catch::Contains("b.yaml"));
}

TEST_CASE("a ClusterIssuer stands in no namespace", "[commands][unit]") {
    const testing::TemporaryFolder folder;
    std::string issuer(kIssuer);
    issuer.replace(issuer.find("Issuer"), 6, "ClusterIssuer");
    folder.write("a.yaml", issuer);
    issuer.replace(issuer.find(", namespace: shop"), 17, "");
    folder.write("b.yaml", issuer);
    Desk desk;

    CHECK(validate({.files = {folder.path().string()}}, desk.context()) == cli::ExitStatus::Failed);

    CHECK_THAT(desk.err.str(), Catch::Contains("ClusterIssuer letsencrypt stands in "));
}

TEST_CASE("other kinds are passed over with a line", "[commands][unit]") {
    Desk desk;

    CHECK(judge(desk, documents({kIssuer, kSecret, kCertificate,
                                 "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n"})) ==
          cli::ExitStatus::Done);

    CHECK(desk.err.str() ==
          "Passed over, not a kind that is judged: standard input: ConfigMap x (v1)\n");
}

TEST_CASE("nothing to judge is a failure", "[commands][unit]") {
    Desk desk;

    CHECK(judge(desk, std::string(kSecret)) == cli::ExitStatus::Failed);

    CHECK(desk.err.str() == "error: -f names no Certificate, Issuer or ClusterIssuer\n");
}

}  // namespace
}  // namespace kcert::commands
