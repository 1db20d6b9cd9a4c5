// SPDX-License-Identifier: Apache-2.0

#include <catch2/catch.hpp>

#include "plugin/report/fixtures.h"
#include "report/model.h"
#include "report/print.h"

namespace kcert::report {
namespace {

using fixtures::day;
using fixtures::issued;
using fixtures::kNow;

Model model_of(const Material& material, Time now = kNow) {
    return make_model(material, now, "kubectl cert issue web -n shop");
}

std::string advice_text(const Model& model) {
    std::string text;
    for (const Advice& advice : model.advice) {
        text += advice.problem + " -> " + advice.remedy + "\n";
    }
    return text;
}

TEST_CASE("a good certificate needs no advice", "[report][unit]") {
    const Model model = model_of(issued());

    CHECK(advice_text(model).empty());
    CHECK(model.verdict == "Issued, expires 2026-04-01 (in 76d), renew from 2026-03-02");
    REQUIRE(model.leaf);
    CHECK(model.leaf->key_matches);
    CHECK(model.leaf->names == std::vector<std::string>{"example.com", "www.example.com"});
}

TEST_CASE("each name has the provider that proves it", "[report][unit]") {
    const Model model = model_of(issued());

    REQUIRE(model.names.size() == 2);
    CHECK(model.names[0].name == "example.com");
    CHECK(model.names[0].provider == "ours");
    CHECK(model.names[0].solver == "rfc2136");
    CHECK(model.names[0].problem.empty());
}

TEST_CASE("an entry of solvers[] is named by its place in the Issuer", "[report][unit]") {
    Material material = issued();
    material.certificate.spec.acme_config.reset();
    api::AcmeIssuer& acme = *material.issuer.value->spec.acme;
    acme.providers.clear();
    acme.solvers = {{.selector = api::Solver::Selector{.dns_names = {"www.example.com"}},
                     .dns01 = api::Dns01Solver{.stanzas = {{.code = "cloudflare"}}}},
                    {.dns01 = api::Dns01Solver{.stanzas = {{.code = "rfc2136"}}}}};

    const Model model = model_of(material);

    CHECK(model.names[0].provider == "spec.acme.solvers[1]");
    CHECK(model.names[0].solver == "rfc2136");
    CHECK(model.names[1].provider == "spec.acme.solvers[0]");
    CHECK(model.names[1].solver == "cloudflare");
}

TEST_CASE("a name that nothing proves is told", "[report][unit]") {
    Material material = issued();
    material.certificate.spec.acme_config->front().domains = {"example.com"};

    const Model model = model_of(material);

    CHECK(model.names[1].problem == "no solver is configured for it");
}

TEST_CASE("without a Secret the advice is to issue", "[report][unit]") {
    Material material = issued();
    material.secret.value.reset();

    CHECK(advice_text(model_of(material)) ==
          "Not issued: secret \"web-tls\" not found -> run: kubectl cert issue web -n shop\n");
}

TEST_CASE("a Secret that may not be read is not called missing", "[report][unit]") {
    Material material = issued();
    material.secret.value.reset();
    material.secret.error = "no right to read it";

    CHECK(advice_text(model_of(material)) ==
          "Secret shop/web-tls cannot be read: no right to read it -> \n");
}

TEST_CASE("an expired certificate is to be issued again", "[report][unit]") {
    CHECK_THAT(advice_text(model_of(issued(), day(2026, 4, 2))),
               Catch::Contains("expired on 2026-04-01"));
}

TEST_CASE("a key that is not the certificate's is told", "[report][unit]") {
    Material material = issued();
    material.secret.value->data.insert_or_assign("tls.key", Sensitive(fixtures::file("other.key")));

    const Model model = model_of(material);

    CHECK_FALSE(model.leaf->key_matches);
    CHECK_THAT(advice_text(model), Catch::Contains("does not belong to its tls.crt"));
}

TEST_CASE("a Secret full of rubbish is described", "[report][unit]") {
    Material material = issued();
    material.secret.value->data.insert_or_assign("tls.crt", Sensitive("rubbish"));

    const Model model = model_of(material);

    CHECK_FALSE(model.leaf);
    CHECK_FALSE(model.leaf_error.empty());
}

TEST_CASE("a missing issuer is a line and not the end", "[report][unit]") {
    Material material = issued();
    material.issuer.value.reset();

    const Model model = model_of(material);

    CHECK_FALSE(model.issuer.found);
    CHECK(model.leaf);
    CHECK(model.issuer.name == "letsencrypt");
}

TEST_CASE("an order that is under way and records that are left are told", "[report][unit]") {
    Material material = issued();
    material.certificate.status.order =
        api::PendingOrder{.url = "https://ca.test/order/1", .expires = day(2026, 1, 20)};
    material.certificate.status.records = {
        {.provider = "ours", .name = "_acme-challenge.example.com."}};

    const std::string advice = advice_text(model_of(material));

    CHECK_THAT(advice, Catch::Contains("An order is under way (until 2026-01-20)"));
    CHECK_THAT(advice, Catch::Contains("1 TXT record of an earlier run may still be there"));
}

TEST_CASE("an order that the CA made invalid is not under way", "[report][unit]") {
    Material material = issued();
    material.certificate.status.order =
        api::PendingOrder{.url = "https://ca.test/order/1",
                          .expires = day(2026, 1, 20),
                          .failures = {{"www.example.com", "CAA forbids it"}}};

    const Model model = model_of(material);

    CHECK_THAT(advice_text(model), !Catch::Contains("under way"));
    CHECK_THAT(to_text(model, kNow), Catch::Contains("www.example.com: CAA forbids it"));
    CHECK(to_value(model, kNow).at({"order", "failures"}).as_array().at(0).text({"detail"}) ==
          "CAA forbids it");
}

TEST_CASE("an order that has expired is not gone on with", "[report][unit]") {
    Material material = issued();
    material.certificate.status.order = api::PendingOrder{.expires = day(2026, 1, 2)};

    CHECK(advice_text(model_of(material)).empty());
}

TEST_CASE("what the rules refuse comes first", "[report][unit]") {
    Material material = issued();
    material.verdicts = {{.key = material.key,
                          .findings = {{.kind = json::FindingKind::Required,
                                        .path = json::FieldPath("spec.secretName"),
                                        .detail = "must be set",
                                        .line = 6,
                                        .file = "web.yaml"}}}};

    CHECK(advice_text(model_of(material, day(2026, 4, 2))) ==
          "Certificate shop/web: spec.secretName: Required value: must be set (web.yaml:6) -> "
          "correct web.yaml\n");
}

TEST_CASE("a warning of the rules leaves the verdict alone", "[report][unit]") {
    Material material = issued();
    material.verdicts = {{.key = material.key,
                          .findings = {{.severity = json::Severity::Warning,
                                        .kind = json::FindingKind::Note,
                                        .path = json::FieldPath("spec.dnsName"),
                                        .detail = "unknown field"}}}};

    const Model model = model_of(material);

    CHECK(model.advice.empty());
    CHECK_FALSE(model.verdict.empty());
    REQUIRE(model.warnings.size() == 1);
    CHECK(model.warnings[0].problem == "Certificate shop/web: spec.dnsName: unknown field");
}

TEST_CASE("while a run is under way no second one is advised", "[report][unit]") {
    Material material = issued();
    material.secret.value.reset();
    material.certificate.status.order = api::PendingOrder{.url = "https://ca.test/order/1"};
    material.certificate.status.records = {
        {.provider = "ours", .name = "_acme-challenge.example.com."}};
    material.holder = "user 1000, process 4711 on desk since 2026-01-15T00:00:00Z";

    CHECK(advice_text(model_of(material)) ==
          "A run is under way, by user 1000, process 4711 on desk since 2026-01-15T00:00:00Z -> "
          "wait until it has ended, then describe again\n");
}

TEST_CASE("a certificate that cannot be judged is not called due", "[report][unit]") {
    Material material = issued();
    material.secret.value.reset();
    material.verdicts_error = "no right to read Secrets";

    CHECK(advice_text(model_of(material)) ==
          "What issuing would find wrong cannot be told: no right to read Secrets -> \n");
}

TEST_CASE("a pair in a Secret of another type is warned of", "[report][unit]") {
    Material material = issued();
    material.secret.value->type = GENERATE("", "Opaque");
    const std::string problem =
        "Secret shop/web-tls is of type Opaque: who expects kubernetes.io/tls refuses it";

    Model model = model_of(material);

    CHECK(model.advice.empty());
    REQUIRE(model.warnings.size() == 1);
    CHECK(model.warnings[0].problem == problem);
    CHECK(model.warnings[0].remedy ==
          "a Secret's type cannot be changed: delete it, then run: "
          "kubectl cert issue web -n shop");
    material.secret_file = "tls.yaml";
    CHECK(model_of(material).warnings.at(0).remedy == "set type: kubernetes.io/tls in tls.yaml");
}

TEST_CASE("an Opaque Secret without a pair is nothing to warn of", "[report][unit]") {
    Material material = issued();
    material.secret.value->type = "Opaque";
    material.secret.value->data.clear();

    CHECK(model_of(material).warnings.empty());
}

TEST_CASE("the cause of the last failure is told while nothing good is there", "[report][unit]") {
    Material material = issued();
    material.secret.value.reset();
    material.certificate.status.conditions = {{.type = "Ready",
                                               .status = "False",
                                               .reason = "ErrIssueCert",
                                               .message = "www.example.com: no TXT record found"}};

    const Model model = model_of(material);

    REQUIRE(model.advice.size() == 2);
    CHECK(model.advice[0].problem ==
          "The last attempt failed: www.example.com: no TXT record found");
    CHECK_THAT(model.advice[0].remedy, Catch::StartsWith("mend the cause, then run: "));
    CHECK(model.advice[1].problem == "Not issued: secret \"web-tls\" not found");
    CHECK(model.advice[1].remedy.empty());
}

TEST_CASE("events stand in the order of time", "[report][unit]") {
    Material material = issued();
    material.events = {{.reason = "Second", .last = day(2026, 1, 2)},
                       {.reason = "First", .last = day(2026, 1, 1)}};

    const Model model = model_of(material);

    CHECK(model.events.front().reason == "First");
}

}  // namespace
}  // namespace kcert::report
