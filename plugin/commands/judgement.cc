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

/// Takes out of the facts what is merely not at hand and notes it. `issuer`: of the Certificate.
void forget_absent(rules::Facts& facts, const std::optional<kube::ObjectKey>& issuer,
                   std::set<std::string>& not_judged) {
    if (issuer && facts.issuer && !facts.issuer->issuer) {
        facts.issuer.reset();
        not_judged.insert(describe(*issuer));
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

// What differs between the kinds, under the same names.

json::Findings check(const api::Certificate& certificate) {
    return rules::check_certificate(certificate);
}
json::Findings check(const api::Issuer& issuer) {
    return rules::check_issuer(issuer);
}

std::optional<kube::ObjectKey> issuer_of(const api::Certificate& certificate) {
    return issuance::issuer_key(certificate);
}
std::optional<kube::ObjectKey> issuer_of(const api::Issuer& /*issuer*/) {
    return std::nullopt;
}

rules::Facts look_up(const api::Certificate& certificate, const JudgementScope& scope,
                     std::stop_token stop) {
    return issuance::gather_facts(scope.view, certificate, std::move(stop));
}
rules::Facts look_up(const api::Issuer& issuer, const JudgementScope& scope, std::stop_token stop) {
    return issuance::gather_facts(scope.view, issuer, scope.cluster_resource_namespace,
                                  std::move(stop));
}

json::Findings references_of(const api::Certificate& certificate, const rules::Facts& facts) {
    return rules::check_references(certificate, facts);
}
json::Findings references_of(const api::Issuer& issuer, const rules::Facts& facts) {
    const auto& acme = issuer.spec.acme;
    return rules::check_references(issuer, facts,
                                   acme ? rules::all_solvers(*acme) : rules::Solvers());
}

/// All findings on an object of which `findings` holds those of decoding it.
template <typename Object>
json::Findings judge_decoded(const Object& object, json::Findings findings,
                             const JudgementScope& scope, std::set<std::string>& not_judged,
                             const std::stop_token& stop) {
    append(findings, check(object));
    rules::Facts facts = look_up(object, scope, stop);
    if (scope.absence == Absence::Unknown) {
        forget_absent(facts, issuer_of(object), not_judged);
    }
    append(findings, references_of(object, facts));
    return findings;
}

json::Findings judge_one(const json::Value& object, const kube::ObjectKey& key,
                         const JudgementScope& scope, std::set<std::string>& not_judged,
                         const std::stop_token& stop) {
    json::Findings findings;
    if (key.kind == kube::kCertificate) {
        api::Certificate certificate = api::v1alpha1::decode_certificate(object, findings);
        certificate.meta.ns = key.ns;
        return judge_decoded(certificate, std::move(findings), scope, not_judged, stop);
    }
    api::Issuer issuer = api::v1alpha1::decode_issuer(object, findings);
    issuer.meta.ns = key.ns;
    return judge_decoded(issuer, std::move(findings), scope, not_judged, stop);
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
                         [&](const kube::Kind& known) { return kube::is_of(held.object, known); });
        if (kind == kJudged.end()) {
            // What has no name, a Kustomization, is no object of a cluster.
            if (!kube::is_of(held.object, kube::kSecret) &&
                !kube::is_of(held.object, kube::kEvent) &&
                !held.object.text({"metadata", "name"}).empty()) {
                judgement.passed_over.push_back(passed_over(held));
            }
            continue;
        }
        Judged judged{.key = scope.view.key_of(held.object, *kind)};
        judged.findings = judge_one(held.object, judged.key, scope, judgement.not_judged, stop);
        json::settle(judged.findings, held.object, held.file);
        judgement.objects.push_back(std::move(judged));
    }
    return judgement;
}

}  // namespace kcert::commands
