// SPDX-License-Identifier: Apache-2.0

#include "issuance/subject.h"

#include <set>

#include <fmt/format.h>

#include "api/solver_catalog.h"
#include "api/v1alpha1.h"
#include "base/text.h"
#include "issuance/facts.h"
#include "issuance/secret.h"
#include "rules/rules.h"

namespace kcert::issuance {

namespace {

std::optional<json::Value> value_of(const kube::Fetched& fetched) {
    if (const auto* error = std::get_if<kube::StatusError>(&fetched)) {
        throw kube::StatusError(*error);
    }
    return std::get<std::optional<json::Value>>(fetched);
}

void judge_owner(Subject& subject, const json::Value& target, bool take_over) {
    const auto owner = foreign_owner(target, subject.certificate);
    if (owner && !take_over) {
        subject.certificate_findings.push_back({
            .rule = "certificate/secret-owner",
            .kind = json::FindingKind::Forbidden,
            .path = json::FieldPath("spec.secretName"),
            .detail = fmt::format("Secret \"{}\" belongs to {}; name another Secret, or pass "
                                  "--take-over to overwrite it",
                                  subject.certificate.spec.secret_name, *owner),
        });
    }
}

/// The Secrets of `keys` that are there, by describe().
using Secrets = std::map<std::string, json::Value>;

Secrets read_secrets(kube::ObjectStore& store, std::vector<kube::ObjectKey> keys,
                     const std::stop_token& stop) {
    // A name that the rules refused, or none, is not asked for.
    std::erase_if(keys, [](const kube::ObjectKey& key) { return key.name.empty(); });
    const std::vector<kube::Fetched> answers = store.get_all(keys, stop);
    Secrets secrets;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        if (auto object = value_of(answers[i])) {
            secrets.emplace(kube::describe(keys[i]), *std::move(object));
        }
    }
    return secrets;
}

const json::Value* find(const Secrets& secrets, const kube::ObjectKey& key) {
    const auto found = secrets.find(kube::describe(key));
    return found == secrets.end() ? nullptr : &found->second;
}

/// Reads all Secrets in one batch; notes those with credentials as facts.
void load_secrets(kube::ObjectStore& store, const SubjectOptions& options, Subject& subject,
                  rules::Facts& facts, const std::stop_token& stop) {
    const std::string& ns = subject.credentials_namespace;
    const kube::ObjectKey target{kube::kSecret, subject.key.ns,
                                 subject.certificate.spec.secret_name};
    const kube::ObjectKey pending{kube::kSecret, subject.key.ns,
                                  pending_key_name(subject.key.name)};
    const kube::ObjectKey account{kube::kSecret, ns,
                                  subject.issuer.spec.acme ? subject.acme().private_key.name : ""};
    const std::set<std::string> names = credential_names(subject.issuer);
    std::vector<kube::ObjectKey> keys{target, pending, account};
    for (const std::string& name : names) {
        keys.push_back({kube::kSecret, ns, name});
    }
    const Secrets secrets = read_secrets(store, keys, stop);
    if (const json::Value* object = find(secrets, target)) {
        subject.target = api::decode_secret(*object, subject.certificate_findings);
        judge_owner(subject, *object, options.take_over);
    }
    if (const json::Value* object = find(secrets, pending);
        object && is_pending_key_secret(*object, subject.certificate)) {
        subject.pending_key = api::decode_secret(*object, subject.certificate_findings);
    }
    if (const json::Value* object = find(secrets, account)) {
        subject.account = api::decode_secret(*object, subject.issuer_findings);
    }
    facts.secrets_namespace = ns;
    for (const std::string& name : names) {
        std::optional<api::Secret> secret;
        if (const json::Value* object = find(secrets, {kube::kSecret, ns, name})) {
            secret = api::decode_secret(*object, subject.issuer_findings);
            subject.credentials.emplace(name, *secret);
        }
        note_secret(store, name, secret, facts, stop);
    }
}

void append(json::Findings& findings, json::Findings more) {
    findings.insert(findings.end(), std::make_move_iterator(more.begin()),
                    std::make_move_iterator(more.end()));
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
        throw kube::StatusError(
            404, "NotFound",
            fmt::format("{} \"{}\" not found in namespace \"{}\" of {}", key.kind.resource(),
                        printable(key.name), printable(key.ns), store.where()));
    }
    subject.object = *object;
    subject.certificate = api::v1alpha1::decode_certificate(*object, subject.certificate_findings);
    subject.certificate.meta.ns = key.ns;
    append(subject.certificate_findings, rules::check_certificate(subject.certificate));
    const std::optional<kube::ObjectKey> issuer = issuer_key(subject.certificate);
    if (!issuer) {
        return subject;  // refused by a rule
    }
    subject.issuer_key = *issuer;
    subject.credentials_namespace =
        issuer->ns.empty() ? options.cluster_resource_namespace : issuer->ns;

    rules::Facts facts;
    facts.issuer = look_up_issuer(store, *issuer, subject.issuer_findings, stop);
    subject.issuer = facts.issuer->issuer.value_or(api::Issuer{});
    load_secrets(store, options, subject, facts, stop);
    // Asked only until the Secret bears this Certificate's mark: from then on that guards it.
    if (!subject.target || !api::find(subject.target->meta.annotations, kNameLabel)) {
        note_writers(store, subject.certificate, facts, stop);
    }
    append(subject.certificate_findings, rules::check_references(subject.certificate, facts));
    if (facts.issuer->issuer) {
        append(subject.issuer_findings, rules::check_issuer(subject.issuer));
        append(subject.issuer_findings, rules::check_references(subject.issuer, facts));
    }
    return subject;
}

std::map<std::string, Sensitive> solver_secrets(const Subject& subject,
                                                const api::Dns01Solver::Stanza& stanza) {
    std::map<std::string, Sensitive> values;
    const api::SolverEntry* entry = api::find_solver(stanza.code);
    if (entry == nullptr) {
        return values;
    }
    for (const api::SolverField& field : entry->fields) {
        const json::Value& reference = stanza.config[field.name];
        if (field.type != api::FieldType::SecretKey || !reference.is_object()) {
            continue;
        }
        const std::string name(reference.text({"name"}));
        const std::string key(reference.text({"key"}));
        const auto secret = subject.credentials.find(name);
        const Sensitive* value =
            secret == subject.credentials.end() ? nullptr : secret->second.find(key);
        if (value == nullptr) {
            throw Error(
                ErrorKind::Config,
                fmt::format("{}: Secret \"{}\" in namespace \"{}\" has no key \"{}\"", field.name,
                            printable(name), subject.credentials_namespace, printable(key)));
        }
        values.emplace(field.name, *value);
    }
    return values;
}

}  // namespace kcert::issuance
