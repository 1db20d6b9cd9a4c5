// SPDX-License-Identifier: Apache-2.0

#include "report/advice.h"

#include <algorithm>
#include <optional>
#include <span>

#include <fmt/format.h>

#include "base/text.h"
#include "base/timestamp.h"
#include "issuance/plan.h"
#include "rules/requested_names.h"

namespace kcert::report {
namespace {

std::string remedy_of(const json::Finding& finding) {
    if (finding.severity == json::Severity::Warning) {
        return "";
    }
    if (finding.kind == json::FindingKind::NotFound) {
        return "create it, or correct the reference";
    }
    return "correct " + (finding.file.empty() ? "the manifest" : finding.file);
}

/// The findings of one severity.
void on_verdicts(const Material& material, json::Severity severity, std::vector<Advice>& advice) {
    for (const Verdict& verdict : material.verdicts) {
        for (const json::Finding& finding : verdict.findings) {
            if (finding.severity == severity) {
                advice.push_back({.problem = fmt::format("{}: {}", describe(verdict.key),
                                                         json::format_located(finding)),
                                  .remedy = remedy_of(finding)});
            }
        }
    }
}

bool refused(const Material& material) {
    return std::ranges::any_of(material.verdicts, [](const Verdict& verdict) {
        return json::has_errors(verdict.findings);
    });
}

const api::Condition* ready(const std::vector<api::Condition>& conditions) {
    const auto found = std::ranges::find(conditions, "Ready", &api::Condition::type);
    return found == conditions.end() ? nullptr : &*found;
}

void on_unreadable(const kube::ObjectKey& key, const std::string& error,
                   std::vector<Advice>& advice) {
    if (!error.empty()) {
        advice.push_back({.problem = fmt::format("{} cannot be read: {}", describe(key), error)});
    }
}

void on_parts(const Material& material, std::vector<Advice>& advice) {
    on_unreadable(material.issuer.key, material.issuer.error, advice);
    on_unreadable(material.secret.key, material.secret.error, advice);
    if (advice.empty() && !material.verdicts_error.empty()) {
        advice.push_back({.problem = "What issuing would find wrong cannot be told: " +
                                     material.verdicts_error});
    }
    if (material.issuer.value) {
        const api::Condition* const condition = ready(material.issuer.value->status.conditions);
        if (condition != nullptr && condition->status == "False") {
            advice.push_back(
                {.problem = fmt::format("{} is not ready: {}", describe(material.issuer.key),
                                        condition->message)});
        }
    }
}

/// Why to issue now, in the words that issuing itself gives. Only where nothing is refused: a plan
/// needs that.
void on_due(const Material& material, Time now, const std::string& issue_command,
            std::vector<Advice>& advice) {
    const auto& issuer = material.issuer.value;
    const bool judged = material.verdicts_error.empty() && material.secret.error.empty();
    if (!judged || refused(material) || !issuer || !issuer->spec.acme) {
        return;
    }
    const issuance::Plan plan =
        issuance::make_plan({.certificate = material.certificate,
                             .issuer = *issuer,
                             .current = material.secret.value ? &*material.secret.value : nullptr,
                             .now = now});
    const api::Condition* const condition = ready(material.certificate.status.conditions);
    const bool failed = plan.due() && condition != nullptr && condition->status == "False";
    if (failed) {
        advice.push_back({.problem = "The last attempt failed: " + condition->message,
                          .remedy = "mend the cause, then run: " + issue_command});
    }
    for (const std::string& reason : plan.reasons) {
        advice.push_back(
            {.problem = (plan.current ? "Not as asked for: " : "Not issued: ") + reason,
             .remedy = failed ? "" : "run: " + issue_command});
    }
}

void on_leftovers(const Material& material, const std::string& issue_command, Time now,
                  std::vector<Advice>& advice) {
    const api::CertificateStatus& status = material.certificate.status;
    const bool under_way = status.order && status.order->failures.empty() &&
                           (!status.order->expires || *status.order->expires > now);
    if (under_way) {
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

/// Ingress controllers and gateways take a pair from a Secret of the TLS type only.
void on_type(const Material& material, const std::string& issue_command,
             std::vector<Advice>& warnings) {
    const auto& secret = material.secret.value;
    if (!secret || secret->type == api::kTlsSecretType || secret->find("tls.crt") == nullptr) {
        return;
    }
    warnings.push_back(
        {.problem = fmt::format(
             "{} is of type {}: who expects {} refuses it", describe(material.secret.key),
             secret->type.empty() ? "Opaque" : secret->type, api::kTlsSecretType),
         .remedy =
             material.secret_file.empty()
                 ? "a Secret's type cannot be changed: delete it, then run: " + issue_command
                 : fmt::format("set type: {} in {}", api::kTlsSecretType, material.secret_file)});
}

/// "a, b, c and 4 more".
std::string some_of(const std::vector<std::string>& names) {
    constexpr std::size_t kMostNamed = 3;
    const std::size_t named = std::min(kMostNamed, names.size());
    const std::string text = join(std::span(names).first(named), ", ");
    return named == names.size() ? text : fmt::format("{} and {} more", text, names.size() - named);
}

void on_users(const Material& material, std::span<const UserModel> users,
              const std::string& issue_command, std::vector<Advice>& warnings) {
    const std::vector<std::string> wanted = rules::requested_names(material.certificate.spec).names;
    for (const UserModel& user : users) {
        if (user.not_covered.empty()) {
            continue;
        }
        const bool asked_for = not_covered(user.not_covered, wanted).empty();
        warnings.push_back(
            {.problem = fmt::format("{} {}/{} serves {}, which the certificate does not cover",
                                    user.kind, user.ns, user.name, some_of(user.not_covered)),
             .remedy = (asked_for ? "run: " : "add to spec.dnsNames, then run: ") + issue_command});
    }
}

}  // namespace

std::vector<Advice> advise(const Material& material, Time now, const std::string& issue_command) {
    std::vector<Advice> advice;
    on_verdicts(material, json::Severity::Error, advice);
    on_parts(material, advice);
    if (material.holder) {
        advice.insert(advice.begin(), {.problem = "A run is under way, by " + *material.holder,
                                       .remedy = "wait until it has ended, then describe again"});
        return advice;
    }
    on_due(material, now, issue_command, advice);
    on_leftovers(material, issue_command, now, advice);
    return advice;
}

std::vector<Advice> warn(const Material& material, std::span<const UserModel> users,
                         const std::string& issue_command) {
    std::vector<Advice> warnings;
    if (!material.holder_error.empty()) {
        warnings.push_back(
            {.problem = "Whether a run is under way cannot be told: " + material.holder_error});
    }
    on_verdicts(material, json::Severity::Warning, warnings);
    on_type(material, issue_command, warnings);
    on_users(material, users, issue_command, warnings);
    return warnings;
}

}  // namespace kcert::report
