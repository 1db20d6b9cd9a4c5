// SPDX-License-Identifier: Apache-2.0

#include "issuance/subject.h"

#include <algorithm>
#include <array>
#include <iterator>

#include <fmt/format.h>

#include "api/v1alpha1.h"
#include "base/text.h"
#include "issuance/facts.h"
#include "issuance/providers.h"
#include "issuance/secret.h"
#include "issuance/subject_secrets.h"
#include "rules/rules.h"

namespace kcert::issuance {

namespace {

void append(json::Findings& findings, json::Findings more) {
    findings.insert(findings.end(), std::make_move_iterator(more.begin()),
                    std::make_move_iterator(more.end()));
}

/// A program for a provider that the issuer does not have would never be run.
void expect_providers(const Subject& subject) {
    std::vector<std::string> ids;
    if (subject.issuer.spec.acme) {
        for (const api::Dns01Solver* solver : rules::all_solvers(subject.acme())) {
            ids.push_back(solver_id(subject.acme(), *solver));
        }
    }
    for (const auto& [id, program] : subject.programs) {
        if (std::ranges::find(ids, id) == ids.end()) {
            throw Error(ErrorKind::Usage,
                        printable(fmt::format("--dns01-exec: the issuer has no DNS provider "
                                              "\"{}\"; it has: {}",
                                              id, join(ids, ", "))));
        }
    }
}

/// Reads issuer and Secrets and judges what the Certificate and they say of each other.
void load_references(kube::ObjectStore& store, const SubjectOptions& options, Subject& subject,
                     const std::stop_token& stop) {
    const auto object = kube::get(store, subject.issuer_key, stop);
    rules::Facts facts;
    facts.issuer = note_issuer(store, subject.certificate, object, subject.issuer_findings, stop);
    subject.issuer = facts.issuer->issuer.value_or(api::Issuer{});
    subject.programs = options.programs;
    expect_providers(subject);
    const rules::Solvers chosen = load_secrets(store, options, subject, facts, stop);
    // Asked only until the Secret bears this Certificate's mark, which guards it from then on; an
    // order under way was asked for by a run that had looked.
    const bool marked =
        subject.target && api::find(subject.target->meta.annotations, kNameLabel).has_value();
    if (!marked && !subject.certificate.status.order) {
        note_writers(store, subject.certificate, facts, stop);
    }
    append(subject.certificate_findings, rules::check_references(subject.certificate, facts));
    if (object) {
        append(subject.issuer_findings, rules::check_issuer(subject.issuer));
        append(subject.issuer_findings, rules::check_references(subject.issuer, facts, chosen));
        settle(store, subject.issuer_key, *object, subject.issuer_findings);
    }
}

}  // namespace

bool Subject::refused() const {
    return json::has_errors(certificate_findings) || json::has_errors(issuer_findings);
}

Subject load_subject(kube::ObjectStore& store, const kube::ObjectKey& key,
                     const SubjectOptions& options, std::stop_token stop) {
    Subject subject{.key = key};
    const auto object = kube::get(store, key, stop);
    if (!object) {
        throw kube::StatusError(store.not_found(key));
    }
    subject.object = *object;
    subject.certificate = api::v1alpha1::decode_certificate(*object, subject.certificate_findings);
    subject.certificate.meta.ns = key.ns;
    append(subject.certificate_findings, rules::check_certificate(subject.certificate));
    // Where it names no issuer of this API, a rule refused it.
    if (const std::optional<kube::ObjectKey> issuer = issuer_key(subject.certificate)) {
        subject.issuer_key = *issuer;
        subject.credentials_namespace =
            issuer->ns.empty() ? options.cluster_resource_namespace : issuer->ns;
        load_references(store, options, subject, stop);
    }
    settle(store, key, *object, subject.certificate_findings);
    return subject;
}

Error pending_name_taken(const Subject& subject) {
    const kube::ObjectKey pending{kube::kSecret, subject.key.ns,
                                  pending_key_name(subject.key.name)};
    return {ErrorKind::Config,
            fmt::format("{} is somebody else's, and the certificate's key has to be kept under "
                        "that name while its order is under way: remove it, or give it another "
                        "name",
                        kube::describe(pending))};
}

void expect_writable(kube::ObjectStore& store, const Subject& subject, std::stop_token stop) {
    const std::string& ns = subject.key.ns;
    const kube::ObjectKey pending{kube::kSecret, ns, pending_key_name(subject.key.name)};
    if (subject.pending_key_name_taken) {
        throw pending_name_taken(subject);
    }
    const kube::ObjectKey target{kube::kSecret, ns, subject.certificate.spec.secret_name};
    if (subject.target_immutable) {
        throw Error(ErrorKind::Config,
                    fmt::format("{} is immutable: remove it, so that it is made anew, or name "
                                "another in spec.secretName",
                                kube::describe(target)));
    }
    const std::array<kube::ObjectKey, 5> keys{
        subject.key, subject.issuer_key, target, pending,
        kube::ObjectKey{kube::kSecret, subject.credentials_namespace,
                        subject.acme().private_key.name}};
    store.expect_writable(keys, std::move(stop));
}

}  // namespace kcert::issuance
