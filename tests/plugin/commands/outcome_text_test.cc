// SPDX-License-Identifier: Apache-2.0

#include <catch2/catch.hpp>

#include "commands/outcome_text.h"

namespace kcert::commands {
namespace {

using issuance::Outcome;
using issuance::Result;

const kube::ObjectKey kWeb{kube::kCertificate, "shop", "web"};

Time day(int year, int month, int day) {
    return std::chrono::sys_days(std::chrono::year(year) / month / day);
}

Outcome issued() {
    issuance::Plan plan;
    plan.names.names = {"example.com", "www.example.com"};
    plan.directory = "https://acme-staging-v02.api.letsencrypt.org/directory";
    return {.result = Result::Issued,
            .plan = plan,
            .leaf = crypto::CertificateInfo{.not_before = day(2026, 11, 23),
                                            .not_after = day(2027, 2, 21)},
            .renew_from = day(2027, 1, 22),
            .secret_name = "web-tls"};
}

Outcome stopped() {
    Outcome outcome = issued();
    outcome.result = Result::Failed;
    outcome.leaf.reset();
    outcome.failure = Error(ErrorKind::Cancelled, "stopped");
    outcome.order =
        api::PendingOrder{.url = "https://ca.test/order/1", .expires = day(2026, 11, 30)};
    outcome.removed = 2;
    return outcome;
}

TEST_CASE("the summary says what was done and what one does next", "[commands][unit]") {
    CHECK(summary(issued(), kWeb, day(2026, 11, 24)) ==
          "certificate.certmanager.k8s.io/web issued\n"
          "  Secret shop/web-tls · 2 names · Let's Encrypt STAGING (not trusted) · expires "
          "2027-02-21 (in 89d), renew from 2027-01-22\n");
}

TEST_CASE("a certificate that is not due is unchanged", "[commands][unit]") {
    Outcome outcome = issued();
    outcome.result = Result::UpToDate;

    CHECK_THAT(summary(outcome, kWeb, day(2026, 11, 24)),
               Catch::StartsWith("certificate.certmanager.k8s.io/web unchanged\n"));
}

TEST_CASE("a stopped run says what was removed and how to go on", "[commands][unit]") {
    CHECK(aftermath(stopped(), "Stopped.") ==
          "Stopped. 2 TXT records removed. The order is kept: run the same command to go on with "
          "it (until 2026-11-30).\n");
}

TEST_CASE("an order that the CA refused is not to be gone on with", "[commands][unit]") {
    Outcome outcome = stopped();
    outcome.failure = Error(ErrorKind::Declined, "no");
    outcome.removed = 1;

    CHECK(aftermath(outcome, "") == "1 TXT record removed.\n");
}

TEST_CASE("a record that is left is named with value, cause and remedy", "[commands][unit]") {
    Outcome outcome = issued();
    outcome.left.push_back({.record = {.provider = "spec.acme.solvers[0]",
                                       .solver = "rfc2136",
                                       .name = "_acme-challenge.example.com.",
                                       .value = "abc\x1b[2J"},
                            .cause = "the server does not answer"});

    CHECK(aftermath(outcome, "") ==
          "TXT record _acme-challenge.example.com. \"abc\\x1b[2J\" is still there: the server does "
          "not answer\n"
          "  Remove it at spec.acme.solvers[0] (rfc2136), or run the same command again.\n");
}

TEST_CASE("nothing is said where nothing is left", "[commands][unit]") {
    CHECK(aftermath(issued(), "").empty());
}

TEST_CASE("an outcome is data", "[commands][unit]") {
    const json::Value value = to_value(issued(), kWeb);

    CHECK(value.text({"certificate"}) == "web");
    CHECK(value.text({"secret"}) == "web-tls");
    CHECK(value.text({"result"}) == "issued");
    CHECK(value.text({"notAfter"}) == "2027-02-21T00:00:00Z");
    CHECK(value.text({"renewalTime"}) == "2027-01-22T00:00:00Z");
    CHECK(value["names"].as_array().size() == 2);
    CHECK(to_value(stopped(), kWeb).text({"error"}) == "stopped");
}

}  // namespace
}  // namespace kcert::commands
