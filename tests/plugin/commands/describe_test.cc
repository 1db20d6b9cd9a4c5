// SPDX-License-Identifier: Apache-2.0

#include <catch2/catch.hpp>

#include "commands/describe.h"
#include "json/yaml.h"
#include "kube/manifest_dir_store.h"
#include "kube/status_error.h"
#include "plugin/commands/desk.h"
#include "support/temporary_folder.h"

namespace kcert::commands {
namespace {

constexpr std::string_view kCertificate = R"(apiVersion: certmanager.k8s.io/v1alpha1
kind: Certificate
metadata: {name: web, namespace: shop}
spec:
  secretName: web-tls
  issuerRef: {name: letsencrypt}
  dnsNames: [www.example.com]
)";

struct Place {
    Place() {
        folder.write("web.yaml", kCertificate);
        desk.shared = {.ns = "shop", .local = folder.path().string()};
    }
    testing::TemporaryFolder folder;
    Desk desk;
};

TEST_CASE("describe tells what is missing and is done", "[commands][unit]") {
    Place place;

    CHECK(describe({.names = {"web"}}, place.desk.context()) == cli::ExitStatus::Done);

    CHECK_THAT(
        place.desk.out.str(),
        Catch::StartsWith("To do:\n") &&
            Catch::Contains("  * Certificate shop/web: spec.issuerRef.name: Not found: "
                            "\"letsencrypt\": no Issuer of this name in namespace \"shop\" (" +
                            (place.folder.path() / "web.yaml").string() +
                            ":6)\n"
                            "    -> create it, or correct the reference\n") &&
            Catch::Contains("Events:"));
}

TEST_CASE("describe has the same as data", "[commands][unit]") {
    Place place;

    describe({.names = {"web"}, .output = cli::OutputFormat::Yaml}, place.desk.context());

    const auto value = json::parse_yaml(place.desk.out.str()).front();
    CHECK(value.text({"namespace"}) == "shop");
    CHECK(value.at({"issuer", "found"}) == json::Value(false));
    const json::Value& finding = value["findings"].as_array().at(0);
    CHECK(finding.text({"rule"}) == "certificate/issuer-not-found");
    CHECK(finding.text({"path"}) == "spec.issuerRef.name");
    CHECK(finding["line"] == json::Value(6));
}

TEST_CASE("describe sees a run that is under way and leaves it alone", "[commands][unit]") {
    Place place;
    kube::ManifestDirStore store(place.folder.path(), "shop", place.desk.clock);
    const auto claim = store.claim({kube::kCertificate, "shop", "web"}, {});

    describe({.names = {"web"}}, place.desk.context());

    CHECK_THAT(place.desk.out.str(),
               Catch::StartsWith("To do:\n  * A run is under way, by user ") &&
                   !Catch::Contains("kubectl cert issue"));
    CHECK(claim->held());
}

TEST_CASE("a Certificate that is not there is NotFound", "[commands][unit]") {
    Place place;

    CHECK(describe({.names = {"nope"}}, place.desk.context()) == cli::ExitStatus::Failed);
    CHECK_THAT(place.desk.err.str(),
               Catch::StartsWith("error: certificates.certmanager.k8s.io \"nope\" not found"));
}

constexpr std::string_view kAnother = R"(apiVersion: certmanager.k8s.io/v1alpha1
kind: Certificate
metadata: {name: web-api, namespace: back}
spec: {secretName: api-tls, issuerRef: {name: letsencrypt}, dnsNames: [api.example.com]}
---
apiVersion: certmanager.k8s.io/v1alpha1
kind: Certificate
metadata: {name: web-api, namespace: shop}
spec: {secretName: api-tls, issuerRef: {name: letsencrypt}, dnsNames: [api.example.com]}
)";

TEST_CASE("several Certificates stand two blank lines apart, in the order asked for",
          "[commands][unit]") {
    Place place;
    place.folder.write("another.yaml", kAnother);

    describe({.names = {"web-api", "web"}}, place.desk.context());

    const std::string text = place.desk.out.str();
    CHECK_THAT(text, Catch::Contains("Events:              <none>\n\n\nTo do:\n") ||
                         Catch::Contains("<none>\n\n\nTo do:\n"));
    CHECK(text.find("web-api\n") < text.find("\n\n\n"));
    CHECK_THAT(text, !Catch::Contains("back"));
}

TEST_CASE("the flag -A describes those of all namespaces, each with its own command",
          "[commands][unit]") {
    Place place;
    place.folder.write("another.yaml", kAnother);

    describe({.all_namespaces = true, .output = cli::OutputFormat::Json}, place.desk.context());

    const json::Value list = json::parse_yaml(place.desk.out.str()).front();
    CHECK(list.text({"kind"}) == "List");
    CHECK(list.text({"apiVersion"}) == "v1");
    REQUIRE(list["items"].as_array().size() == 3);
    CHECK(list["items"].as_array()[0].text({"namespace"}) == "back");
    CHECK(list["items"].as_array()[2].text({"namespace"}) == "shop");
}

TEST_CASE("a name that nothing has stands for those that begin with it", "[commands][unit]") {
    Place place;
    place.folder.write("another.yaml", kAnother);

    describe({.names = {"web-"}}, place.desk.context());

    CHECK_THAT(place.desk.out.str(),
               Catch::Contains("Certificate shop/web-api:") && !Catch::Contains("shop/web:"));
}

TEST_CASE("those that are there are described before one is told to be missing",
          "[commands][unit]") {
    Place place;

    CHECK(describe({.names = {"no", "web"}}, place.desk.context()) == cli::ExitStatus::Failed);
    CHECK_THAT(place.desk.err.str(),
               Catch::StartsWith("error: certificates.certmanager.k8s.io \"no\" not found in "
                                 "namespace \"shop\""));
    CHECK_THAT(place.desk.out.str(), Catch::Contains("Certificate shop/web:"));
}

TEST_CASE("where there are none that is said on stderr, and all is done", "[commands][unit]") {
    Place place;
    place.desk.shared.ns = "empty";

    CHECK(describe({}, place.desk.context()) == cli::ExitStatus::Done);

    CHECK(place.desk.err.str() == "No resources found in empty namespace.\n");
    CHECK(place.desk.out.str().empty());
}

TEST_CASE("the command that issues is the one the user would type", "[commands][unit]") {
    Desk desk;
    desk.shared = {.ns = "shop", .local = "my-cluster"};

    CHECK(issue_command("web", desk.shared.ns, desk.context()) ==
          "kubectl cert issue web -n shop --local my-cluster");
}

}  // namespace
}  // namespace kcert::commands
