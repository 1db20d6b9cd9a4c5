// SPDX-License-Identifier: Apache-2.0

#include <catch2/catch.hpp>

#include "plugin/report/fixtures.h"
#include "report/model.h"

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

TEST_CASE("a name that nothing proves is told", "[report][unit]") {
    Material material = issued();
    material.certificate.spec.acme_config->front().domains = {"example.com"};

    const Model model = model_of(material);

    CHECK(model.names[1].problem == "no solver is configured for it");
    CHECK_THAT(advice_text(model), Catch::Contains("www.example.com cannot be proved"));
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
    CHECK_THAT(advice_text(model), Catch::Contains("Issuer shop/letsencrypt does not exist"));
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

TEST_CASE("an order that has expired is not gone on with", "[report][unit]") {
    Material material = issued();
    material.certificate.status.order = api::PendingOrder{.expires = day(2026, 1, 2)};

    CHECK(advice_text(model_of(material)).empty());
}

TEST_CASE("what the rules refuse comes first", "[report][unit]") {
    Material material = issued();
    material.findings.push_back({.kind = json::FindingKind::Required,
                                 .path = json::FieldPath("spec.secretName"),
                                 .detail = "must be set"});

    CHECK_THAT(model_of(material).advice.front().problem,
               Catch::StartsWith("The rules refuse it: spec.secretName"));
}

TEST_CASE("the cause of the last failure is told while nothing good is there", "[report][unit]") {
    Material material = issued();
    material.secret.value.reset();
    material.certificate.status.conditions = {{.type = "Ready",
                                               .status = "False",
                                               .reason = "ErrIssueCert",
                                               .message = "www.example.com: no TXT record found"}};

    CHECK_THAT(advice_text(model_of(material)),
               Catch::Contains("The last attempt failed: www.example.com: no TXT record found"));
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
