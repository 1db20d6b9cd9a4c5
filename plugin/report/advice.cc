// SPDX-License-Identifier: Apache-2.0

#include "report/advice.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "base/text.h"
#include "base/timestamp.h"
#include "issuance/plan.h"

namespace kcert::report {
namespace {

void on_rules(const Material& material, std::vector<Advice>& advice) {
    for (const json::Finding& finding : material.findings) {
        if (finding.severity == json::Severity::Error) {
            advice.push_back({.problem = "The rules refuse it: " + json::format(finding),
                              .remedy = "correct the manifest"});
        }
    }
}

template <typename Object>
void on_part(const Part<Object>& part, const std::string& remedy, std::vector<Advice>& advice) {
    if (!part.error.empty()) {
        advice.push_back(
            {.problem = fmt::format("{} cannot be read: {}", describe(part.key), part.error)});
    } else if (!part.value && !part.key.name.empty()) {
        advice.push_back({.problem = describe(part.key) + " does not exist", .remedy = remedy});
    }
}

void on_issuer(const Material& material, const Model& model, std::vector<Advice>& advice) {
    on_part(material.issuer, "create it, or correct spec.issuerRef", advice);
    if (model.issuer.ready && model.issuer.ready->status == "False") {
        advice.push_back(
            {.problem = fmt::format("{} is not ready: {}", describe(material.issuer.key),
                                    model.issuer.ready->message)});
    }
    for (const NameModel& name : model.names) {
        if (!name.problem.empty()) {
            advice.push_back(
                {.problem = fmt::format("{} cannot be proved: {}", name.name, name.problem),
                 .remedy = "correct spec.acme.config or the issuer's solvers"});
        }
    }
}

/// Why to issue now, in the words that issuing itself gives. Only where the rules find no error: a
/// plan needs that.
void on_due(const Material& material, Time now, const std::string& issue_command,
            std::vector<Advice>& advice) {
    const auto& issuer = material.issuer.value;
    if (json::has_errors(material.findings) || !issuer || !issuer->spec.acme ||
        !material.secret.error.empty()) {
        return;
    }
    const issuance::Plan plan =
        issuance::make_plan({.certificate = material.certificate,
                             .issuer = *issuer,
                             .current = material.secret.value ? &*material.secret.value : nullptr,
                             .now = now});
    const bool failed = std::any_of(
        material.certificate.status.conditions.begin(),
        material.certificate.status.conditions.end(), [](const api::Condition& condition) {
            return condition.type == "Ready" && condition.status == "False";
        });
    for (const std::string& reason : plan.reasons) {
        advice.push_back(
            {.problem = (plan.current ? "Not as asked for: " : "Not issued: ") + reason,
             .remedy = "run: " + issue_command});
    }
    if (failed && plan.due()) {
        for (const api::Condition& condition : material.certificate.status.conditions) {
            if (condition.type == "Ready") {
                advice.push_back({.problem = "The last attempt failed: " + condition.message});
            }
        }
    }
}

void on_leftovers(const Material& material, const std::string& issue_command, Time now,
                  std::vector<Advice>& advice) {
    const api::CertificateStatus& status = material.certificate.status;
    if (status.order && (!status.order->expires || *status.order->expires > now)) {
        const std::string until =
            status.order->expires ? " (until " + iso_date(*status.order->expires) + ")" : "";
        advice.push_back({.problem = "An order is under way" + until,
                          .remedy = "run again to go on with it: " + issue_command});
    }
    if (!status.records.empty()) {
        advice.push_back(
            {.problem = fmt::format("{} TXT record{} of an earlier run may still be there",
                                    status.records.size(), status.records.size() == 1 ? "" : "s"),
             .remedy = "run again to remove what is left: " + issue_command});
    }
}

}  // namespace

std::vector<Advice> advise(const Material& material, const Model& model, Time now,
                           const std::string& issue_command) {
    std::vector<Advice> advice;
    on_rules(material, advice);
    on_issuer(material, model, advice);
    if (!material.secret.error.empty()) {
        on_part(material.secret, "", advice);
    }
    on_due(material, now, issue_command, advice);
    on_leftovers(material, issue_command, now, advice);
    return advice;
}

}  // namespace kcert::report
