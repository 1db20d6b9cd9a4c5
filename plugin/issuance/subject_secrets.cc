// SPDX-License-Identifier: Apache-2.0

#include "issuance/subject_secrets.h"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "api/solver_catalog.h"
#include "base/text.h"
#include "issuance/facts.h"
#include "issuance/providers.h"
#include "issuance/secret.h"
#include "json/place.h"
#include "names/names.h"

namespace kcert::issuance {

namespace {

/// What the store says of each Secret, by describe().
using Secrets = std::map<std::string, kube::Fetched>;

Secrets read_secrets(kube::ObjectStore& store, std::vector<kube::ObjectKey> keys,
                     const std::stop_token& stop) {
    // A name that the rules refused, or none, is not asked for.
    std::erase_if(
        keys, [](const kube::ObjectKey& key) { return !names::is_dns1123_subdomain(key.name); });
    std::vector<kube::Fetched> answers = store.get_all(keys, stop);
    Secrets secrets;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        secrets.emplace(kube::describe(keys[i]), std::move(answers[i]));
    }
    return secrets;
}

/// Null where it is not there. Throws the StatusError in its place.
const json::Value* find(const Secrets& secrets, const kube::ObjectKey& key) {
    const auto found = secrets.find(kube::describe(key));
    if (found == secrets.end()) {
        return nullptr;
    }
    if (const auto* error = std::get_if<kube::StatusError>(&found->second)) {
        throw kube::StatusError(*error);
    }
    const auto& object = std::get<std::optional<json::Value>>(found->second);
    return object ? &*object : nullptr;
}

/// A Secret's own faults are told beside those of the object that refers to it.
api::Secret open_secret(kube::ObjectStore& store, const kube::ObjectKey& key,
                        const json::Value& object, json::Findings& findings) {
    json::Findings faults;
    api::Secret secret = api::decode_secret(object, faults);
    settle(store, key, object, faults);
    for (json::Finding& fault : faults) {
        fault.detail += fmt::format(" (in {})", kube::describe(key));
        findings.push_back(std::move(fault));
    }
    return secret;
}

/// The solvers that placed records which still stand: what takes those away again.
rules::Solvers solvers_of_records(const Subject& subject) {
    rules::Solvers solvers;
    for (const api::Dns01Solver* solver : rules::all_solvers(subject.acme())) {
        const std::string id = solver_id(subject.acme(), *solver);
        if (std::ranges::find(subject.certificate.status.records, id,
                              &api::PlacedRecord::provider) !=
            subject.certificate.status.records.end()) {
            solvers.insert(solver);
        }
    }
    return solvers;
}

/// Those whose stanza counts: no program of the user's stands in its place.
rules::Solvers with_stanza(const Subject& subject, rules::Solvers solvers) {
    std::erase_if(solvers, [&](const api::Dns01Solver* solver) {
        return subject.programs.contains(solver_id(subject.acme(), *solver));
    });
    return solvers;
}

/// The Secrets of one Certificate, read in one batch.
class SecretLoader {
  public:
    SecretLoader(kube::ObjectStore& store, Subject& subject, std::stop_token stop)
        : store_(store), subject_(subject), stop_(std::move(stop)) {
        if (subject.issuer.spec.acme) {
            chosen_ =
                with_stanza(subject, rules::chosen_solvers(subject.certificate, subject.acme()));
            needed_ = credential_names(subject.acme(), chosen_);
            useful_ =
                credential_names(subject.acme(), with_stanza(subject, solvers_of_records(subject)));
        }
        std::vector<kube::ObjectKey> keys{target(), account()};
        if (subject.certificate.status.order) {
            keys.push_back(pending());
        }
        std::set<std::string> names = needed_;
        names.insert(useful_.begin(), useful_.end());
        for (const std::string& name : names) {
            keys.push_back(credential(name));
        }
        secrets_ = read_secrets(store, std::move(keys), stop_);
    }

    /// The solvers whose credentials count.
    const rules::Solvers& chosen() const { return chosen_; }

    void load_target(bool take_over, rules::Facts& facts) {
        if (const json::Value* object = find(secrets_, target())) {
            subject_.target = open_secret(store_, target(), *object, subject_.certificate_findings);
            const json::Value& immutable = (*object)["immutable"];
            subject_.target_immutable = immutable.is_bool() && immutable.as_bool();
            if (take_over) {
                subject_.release = release_patch(*object, subject_.certificate);
            } else {
                facts.secret_owner = foreign_owner(*object, subject_.certificate);
            }
        }
    }

    void load_keys() {
        if (const json::Value* object = find(secrets_, pending())) {
            if (is_pending_key_secret(*object, subject_.certificate)) {
                subject_.pending_key =
                    open_secret(store_, pending(), *object, subject_.certificate_findings);
            } else {
                subject_.pending_key_name_taken = true;
            }
        }
        if (const json::Value* object = find(secrets_, account())) {
            subject_.account = open_secret(store_, account(), *object, subject_.issuer_findings);
        }
    }

    /// Notes those that are needed as facts; without the others a run goes on.
    void load_credentials(rules::Facts& facts) {
        facts.secrets_namespace = subject_.credentials_namespace;
        for (const std::string& name : needed_) {
            std::optional<api::Secret> secret;
            if (const json::Value* object = find(secrets_, credential(name))) {
                secret = open_secret(store_, credential(name), *object, subject_.issuer_findings);
                subject_.credentials.emplace(name, *secret);
            }
            note_secret(store_, name, secret, facts, stop_);
        }
        for (const std::string& name : useful_) {
            const auto fetched = secrets_.find(kube::describe(credential(name)));
            const auto* object = fetched == secrets_.end()
                                     ? nullptr
                                     : std::get_if<std::optional<json::Value>>(&fetched->second);
            if (object != nullptr && *object && !needed_.contains(name)) {
                json::Findings unheeded;
                subject_.credentials.emplace(name, api::decode_secret(**object, unheeded));
            }
        }
    }

  private:
    kube::ObjectKey target() const {
        return {kube::kSecret, subject_.key.ns, subject_.certificate.spec.secret_name};
    }
    kube::ObjectKey pending() const {
        return {kube::kSecret, subject_.key.ns, pending_key_name(subject_.key.name)};
    }
    kube::ObjectKey account() const {
        return credential(subject_.issuer.spec.acme ? subject_.acme().private_key.name : "");
    }
    kube::ObjectKey credential(const std::string& name) const {
        return {kube::kSecret, subject_.credentials_namespace, name};
    }

    kube::ObjectStore& store_;
    Subject& subject_;
    std::stop_token stop_;
    rules::Solvers chosen_;
    std::set<std::string> needed_;  ///< credentials without which nothing is issued
    std::set<std::string> useful_;  ///< those that only take records away
    Secrets secrets_;
};

}  // namespace

rules::Solvers load_secrets(kube::ObjectStore& store, const SubjectOptions& options,
                            Subject& subject, rules::Facts& facts, const std::stop_token& stop) {
    SecretLoader loader(store, subject, stop);
    loader.load_target(options.take_over, facts);
    loader.load_keys();
    loader.load_credentials(facts);
    return loader.chosen();
}

void settle(kube::ObjectStore& store, const kube::ObjectKey& key, const json::Value& object,
            json::Findings& findings) {
    if (!findings.empty()) {
        json::settle(findings, object, store.file_of(key));
    }
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
        if (name.empty() && key.empty()) {
            continue;  // as v1alpha1 writes a reference that is not used
        }
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
