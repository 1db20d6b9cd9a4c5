// SPDX-License-Identifier: Apache-2.0

#include "commands/judgement.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "api/v1alpha1.h"
#include "base/text.h"
#include "commands/finding_text.h"
#include "issuance/facts.h"
#include "json/place.h"
#include "rules/rules.h"

namespace kcert::commands {
namespace {

constexpr std::array<kube::Kind, 3> kJudged{kube::kCertificate, kube::kIssuer,
                                            kube::kClusterIssuer};

void append(json::Findings& findings, json::Findings more) {
    findings.insert(findings.end(), std::make_move_iterator(more.begin()),
                    std::make_move_iterator(more.end()));
}

/// Takes out of the facts what is merely not at hand and notes it.
void forget_absent(rules::Facts& facts, const std::string& issuer,
                   std::set<std::string>& not_judged) {
    if (facts.issuer && !facts.issuer->issuer) {
        facts.issuer.reset();
        not_judged.insert(issuer);
    }
    std::erase_if(facts.secrets, [&](const auto& secret) {
        const bool absent = !secret.second.has_value();
        if (absent) {
            not_judged.insert(
                describe(kube::ObjectKey{kube::kSecret, facts.secrets_namespace, secret.first}));
        }
        return absent;
    });
}

json::Findings judge_certificate(const json::Value& object, const kube::ObjectKey& key,
                                 const JudgementScope& scope, std::set<std::string>& not_judged,
                                 const std::stop_token& stop) {
    json::Findings findings;
    api::Certificate certificate = api::v1alpha1::decode_certificate(object, findings);
    certificate.meta.ns = key.ns;
    append(findings, rules::check_certificate(certificate));
    rules::Facts facts =
        issuance::gather_facts(scope.view, certificate, scope.cluster_resource_namespace, stop);
    if (scope.absence == Absence::Unknown) {
        const api::IssuerRef& ref = certificate.spec.issuer_ref;
        forget_absent(
            facts,
            describe(ref.is_cluster() ? kube::ObjectKey{kube::kClusterIssuer, "", ref.name}
                                      : kube::ObjectKey{kube::kIssuer, key.ns, ref.name}),
            not_judged);
    }
    append(findings, rules::check_references(certificate, facts));
    return findings;
}

json::Findings judge_issuer(const json::Value& object, const kube::ObjectKey& key,
                            const JudgementScope& scope, std::set<std::string>& not_judged,
                            const std::stop_token& stop) {
    json::Findings findings;
    api::Issuer issuer = api::v1alpha1::decode_issuer(object, findings);
    issuer.meta.ns = key.ns;
    append(findings, rules::check_issuer(issuer));
    rules::Facts facts =
        issuance::gather_facts(scope.view, issuer, scope.cluster_resource_namespace, stop);
    if (scope.absence == Absence::Unknown) {
        forget_absent(facts, {}, not_judged);
    }
    append(findings, rules::check_references(issuer, facts));
    return findings;
}

std::string passed_over(const kube::ManifestObject& held) {
    return fmt::format("{}: {} {} ({})", shown_file(held.file),
                       printable(held.object.text({"kind"})),
                       printable(held.object.text({"metadata", "name"})),
                       printable(held.object.text({"apiVersion"})));
}

}  // namespace

Judgement judge(std::span<const kube::ManifestObject> objects, const JudgementScope& scope,
                std::stop_token stop) {
    Judgement judgement;
    for (const kube::ManifestObject& held : objects) {
        const auto kind =
            std::find_if(kJudged.begin(), kJudged.end(),
                         [&](const kube::Kind& known) { return is_of(held.object, known); });
        if (kind == kJudged.end()) {
            // What has no name, a Kustomization, is no object of a cluster.
            if (!is_of(held.object, kube::kSecret) && !is_of(held.object, kube::kEvent) &&
                !held.object.text({"metadata", "name"}).empty()) {
                judgement.passed_over.push_back(passed_over(held));
            }
            continue;
        }
        Judged judged{.key = scope.view.key_of(held.object, *kind), .file = held.file};
        judged.findings =
            *kind == kube::kCertificate
                ? judge_certificate(held.object, judged.key, scope, judgement.not_judged, stop)
                : judge_issuer(held.object, judged.key, scope, judgement.not_judged, stop);
        json::place(judged.findings, held.object);
        judgement.objects.push_back(std::move(judged));
    }
    return judgement;
}

}  // namespace kcert::commands
