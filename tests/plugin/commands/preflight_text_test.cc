// SPDX-License-Identifier: Apache-2.0

#include <catch2/catch.hpp>

#include "commands/preflight_text.h"

namespace kcert::commands {
namespace {

issuance::Preflight report() {
    issuance::Preflight report{.issuer = {kube::kIssuer, "shop", "letsencrypt"},
                               .ca = "Let's Encrypt STAGING",
                               .ca_trust = "browsers do not trust it",
                               .directory = "https://ca.test/directory",
                               .account = "would be registered as user@example.com"};
    report.plan.reasons = {"secret \"web-tls\" not found"};
    report.names.push_back({.name = "example.com",
                            .provider = "ours",
                            .solver = "rfc2136",
                            .zone = "example.com.",
                            .record = "_acme-challenge.example.com.",
                            .servers = {{.host = "ns1.example.com.", .answer = "no such name"}}});
    report.writes = {"Secret shop/web-tls: created with tls.crt and tls.key"};
    return report;
}

TEST_CASE("a dry run tells CA, names and what would be written", "[commands][unit]") {
    CHECK(to_text(report()) ==
          "Issuer:     Issuer shop/letsencrypt\n"
          "CA:         Let's Encrypt STAGING (browsers do not trust it)\n"
          "Directory:  https://ca.test/directory\n"
          "Account:    would be registered as user@example.com\n"
          "\n"
          "NAME          PROVIDER   SOLVER    ZONE           NAME SERVERS SAY\n"
          "example.com   ours       rfc2136   example.com.   ns1.example.com.: no such name\n"
          "\n"
          "Why:\n"
          "  secret \"web-tls\" not found\n"
          "\n"
          "Would write:\n"
          "  Secret shop/web-tls: created with tls.crt and tls.key\n");
}

TEST_CASE("a dry run tells what would fail", "[commands][unit]") {
    issuance::Preflight broken = report();
    broken.problems = {"the CA asks for an external account"};
    broken.names[0].problems = {"no zone found"};

    CHECK_THAT(to_text(broken), Catch::EndsWith("\nWould fail:\n"
                                                "  the CA asks for an external account\n"
                                                "  example.com: no zone found\n"));
}

TEST_CASE("a dry run of a good certificate would write nothing", "[commands][unit]") {
    issuance::Preflight good = report();
    good.plan.reasons.clear();
    good.writes.clear();

    good.plan.renew_from = Time(std::chrono::sys_days(std::chrono::year(2027) / 1 / 22));

    CHECK_THAT(to_text(good), Catch::EndsWith("\nNothing would be written: the certificate is good "
                                              "and not due before 2027-01-22.\n"));
}

TEST_CASE("what fails while nothing is due is said of the renewal", "[commands][unit]") {
    issuance::Preflight good = report();
    good.plan.reasons.clear();
    good.writes.clear();
    good.problems = {"no answer from 192.0.2.53:53"};

    CHECK_THAT(to_text(good),
               Catch::EndsWith("\nNothing would be written: the certificate is good and not due.\n"
                               "\nA renewal would fail as things are:\n"
                               "  no answer from 192.0.2.53:53\n"));
}

TEST_CASE("what a name server says does not reach the terminal unseen", "[commands][unit]") {
    issuance::Preflight hostile = report();
    hostile.names[0].servers[0].answer = "\x1b[2J";
    hostile.names[0].warnings = {"\x1b[2J"};

    CHECK(to_text(hostile).find('\x1b') == std::string::npos);
}

TEST_CASE("a dry run is data", "[commands][unit]") {
    const json::Value value = to_value(report(), {kube::kCertificate, "shop", "web"});

    CHECK(value["good"] == json::Value(true));
    CHECK(value.text({"issuer"}) == "Issuer shop/letsencrypt");
    CHECK(value["names"].as_array().front().text({"zone"}) == "example.com.");
}

}  // namespace
}  // namespace kcert::commands
