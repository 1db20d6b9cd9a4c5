// SPDX-License-Identifier: Apache-2.0

#include <catch2/catch.hpp>

#include "json/json.h"
#include "plugin/report/fixtures.h"
#include "report/print.h"

namespace kcert::report {
namespace {

using fixtures::issued;
using fixtures::kNow;
using namespace std::chrono_literals;

std::string text_of(const Material& material) {
    return to_text(make_model(material, kNow, "kubectl cert issue web -n shop"), kNow);
}

TEST_CASE("a description reads as kubectl's do", "[report][unit]") {
    Material material = issued();
    material.certificate.meta.labels = {{"b", "2"}, {"a", "1"}};

    CHECK(text_of(material) == fixtures::file("../report/describe.txt"));
}

TEST_CASE("what is wrong and what to do stand first", "[report][unit]") {
    Material material = issued();
    material.secret.value.reset();

    CHECK_THAT(text_of(material), Catch::StartsWith("To do:\n"
                                                    "  * Not issued: secret \"web-tls\" not found\n"
                                                    "    -> run: kubectl cert issue web -n shop\n"
                                                    "\n"
                                                    "Name:"));
}

TEST_CASE("a cause of several lines is shown as lines", "[report][unit]") {
    Material material = issued();
    material.secret.value.reset();
    const std::string cause = "not seen everywhere:\n  ns1: no such name\n  ns2: \ttimed out\n";
    material.certificate.status.conditions = {{.type = "Ready",
                                               .status = "False",
                                               .reason = "ErrCheckAuthorization",
                                               .message = cause,
                                               .last_transition = kNow}};
    material.events = {{.type = "Warning", .reason = "Err", .message = cause, .first = kNow}};

    const std::string text = text_of(material);

    CHECK_THAT(text,
               Catch::Contains("  * The last attempt failed: not seen everywhere:\n"
                               "      ns1: no such name\n"
                               "      ns2: \\ttimed out\n"
                               "    -> mend the cause, then run: kubectl cert issue web -n shop\n"
                               "  * Not issued: "));
    CHECK_THAT(text, Catch::Contains(
                         "  Ready  False   0s   ErrCheckAuthorization  not seen everywhere:\n"
                         "                                               ns1: no such name\n"
                         "                                               ns2: \\ttimed out\n"));
    CHECK_THAT(text, Catch::EndsWith("  Warning  Err     0s          not seen everywhere:\n"
                                     "                                 ns1: no such name\n"
                                     "                                 ns2: \\ttimed out\n"));
}

TEST_CASE("warnings stand behind the verdict", "[report][unit]") {
    Material material = issued();
    material.secret.value->type = "Opaque";

    CHECK_THAT(text_of(material),
               Catch::StartsWith("Status:  Issued, expires 2026-04-01 (in 76d), renew from "
                                 "2026-03-02\n"
                                 "Warnings:\n"
                                 "  * Secret shop/web-tls is of type Opaque: who expects "
                                 "kubernetes.io/tls refuses it\n"
                                 "    -> a Secret's type cannot be changed: delete it, then run: "
                                 "kubectl cert issue web -n shop\n"
                                 "\n"
                                 "Name:"));
}

TEST_CASE("events have kubectl's ages", "[report][unit]") {
    Material material = issued();
    material.events = {{.type = "Normal",
                        .reason = "PresentChallenge",
                        .message = "Presenting dns-01 challenge for domain example.com",
                        .source = "kubectl-cert",
                        .first = kNow - 10min,
                        .last = kNow - 3min,
                        .count = 5},
                       {.type = "Warning",
                        .reason = "ErrorIssueCertificate",
                        .message = "Error issuing certificate: refused\n",
                        .source = "kubectl-cert",
                        .first = kNow - 33s,
                        .last = kNow - 33s}};

    CHECK_THAT(
        text_of(material),
        Catch::EndsWith(
            "Events:\n"
            "  Type     Reason                 Age               From          Message\n"
            "  ----     ------                 ----              ----          -------\n"
            "  Normal   PresentChallenge       3m (x5 over 10m)  kubectl-cert  Presenting dns-01 "
            "challenge for domain example.com\n"
            "  Warning  ErrorIssueCertificate  33s               kubectl-cert  Error issuing "
            "certificate: refused\n"));
}

TEST_CASE("who uses the Secret is listed, with the hosts that are not covered", "[report][unit]") {
    Material material = issued();
    material.users = {{.key = {kube::kIngress, "shop", "front"},
                       .hosts = {"www.example.com", "api.example.com", "\x1b[2J"}},
                      {.key = {kube::kGateway, "edge", "public"}}};
    material.gateways_error = "gateways is forbidden";

    const std::string text = text_of(material);

    CHECK_THAT(
        text,
        Catch::Contains(
            "Used by:\n"
            "  Kind       Name         Hosts                                      Not covered\n"
            "  ----       ----         -----                                      -----------\n"
            "  Ingress    front        www.example.com, api.example.com, \\x1b[2J  "
            "api.example.com, \\x1b[2J\n"
            "  Gateway    edge/public  *                                          <none>\n"
            "Gateways:    gateways is forbidden\n"));
    CHECK_THAT(
        text,
        Catch::Contains("  * Ingress shop/front serves api.example.com, \\x1b[2J, which the "
                        "certificate does not cover\n"
                        "    -> add to spec.dnsNames, then run: kubectl cert issue web -n shop\n"));
    const json::Value value = to_value(make_model(material, kNow, "x"), kNow);
    CHECK(value["usedBy"].as_array().at(0).text({"name"}) == "front");
    CHECK(value["usedBy"].as_array().at(0)["notCovered"].as_array().size() == 2);
    CHECK(value.text({"gatewaysError"}) == "gateways is forbidden");
}

TEST_CASE("nothing from outside reaches the terminal as a command", "[report][unit]") {
    Material material = issued();
    material.certificate.meta.annotations = {{"note", "\x1b[2J\tx"}};
    material.issuer.value->spec.acme->email = "\x1b]0;x\x07";
    material.events_error = "\x1b[31m";

    const std::string text = text_of(material);

    CHECK(text.find('\x1b') == std::string::npos);
    CHECK(text.find('\x07') == std::string::npos);
}

TEST_CASE("no text from outside floods the terminal", "[report][unit]") {
    Material material = issued();
    const std::string flood(1 << 20, 'x');
    material.certificate.status.conditions = {
        {.type = "Ready", .status = "True", .reason = "Ready", .message = flood}};
    material.events = {{.type = "Warning", .reason = "Err", .message = flood, .first = kNow}};

    const std::string text = text_of(material);

    CHECK(text.size() < 64UL * 1024);
    CHECK_THAT(text, Catch::Contains("xxx...\n"));
}

TEST_CASE("the data form holds the same model", "[report][unit]") {
    Material material = issued();
    material.events = {
        {.type = "Normal", .reason = "CertificateIssued", .first = kNow, .last = kNow}};

    const json::Value value = to_value(make_model(material, kNow, "kubectl cert issue web"), kNow);

    CHECK(value.text({"name"}) == "web");
    CHECK(value.text({"issuer", "server"}) == "https://ca.test/directory");
    CHECK(value.at({"certificate", "daysLeft"}) == json::Value(76));
    CHECK(value.text({"certificate", "notAfter"}) == "2026-04-01T00:00:00Z");
    CHECK(value["advice"].as_array().empty());
    CHECK(value["events"].as_array().front().text({"reason"}) == "CertificateIssued");
    CHECK(json::write_json(value).find("PRIVATE") == std::string::npos);
}

}  // namespace
}  // namespace kcert::report
