// SPDX-License-Identifier: Apache-2.0

#include "report/model.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/duration.h"
#include "base/timestamp.h"
#include "crypto/certificate.h"
#include "issuance/plan.h"
#include "issuance/providers.h"
#include "issuance/renewal.h"
#include "issuance/secret.h"
#include "report/advice.h"
#include "rules/known_ca.h"
#include "rules/requested_names.h"
#include "rules/solver_choice.h"

namespace kcert::report {
namespace {

const api::Condition* find_condition(const std::vector<api::Condition>& conditions,
                                     std::string_view type) {
    const auto found = std::find_if(conditions.begin(), conditions.end(),
                                    [&](const auto& condition) { return condition.type == type; });
    return found == conditions.end() ? nullptr : &*found;
}

std::string key_text(const crypto::KeySpec& key) {
    return fmt::format("{} {}", key.algorithm == crypto::KeyAlgorithm::Rsa ? "RSA" : "ECDSA",
                       key.bits);
}

std::string ca_text(const std::string& directory) {
    const rules::KnownCa ca = rules::known_ca(directory);
    switch (ca.trust) {
        case rules::Trust::Trusted:
            return ca.title + " (trusted by browsers)";
        case rules::Trust::NotTrusted:
            return ca.title + " (not trusted by browsers)";
        case rules::Trust::Unknown:
            break;
    }
    return ca.title + " (not a public CA known here)";
}

IssuerModel issuer_model(const api::IssuerRef& ref, const Part<api::Issuer>& part) {
    IssuerModel model{.kind = ref.kind.empty() ? "Issuer" : ref.kind,
                      .name = ref.name,
                      .found = part.value.has_value(),
                      .error = part.error};
    if (!part.value) {
        return model;
    }
    if (const auto& acme = part.value->spec.acme) {
        model.server = acme->server;
        model.ca = ca_text(issuance::directory_url(*acme));
        model.email = acme->email;
    }
    model.account = part.value->status.account_url;
    if (const auto* const ready = find_condition(part.value->status.conditions, "Ready")) {
        model.ready = *ready;
    }
    return model;
}

std::string why(rules::NoSolver reason) {
    switch (reason) {
        case rules::NoSolver::Http01Only:
            return "http01 is configured for it; this tool solves dns01";
        case rules::NoSolver::UnknownProvider:
            return "the issuer has no provider of that name";
        case rules::NoSolver::NotConfigured:
            break;
    }
    return "no solver is configured for it";
}

std::vector<NameModel> name_models(const Material& material) {
    const auto& issuer = material.issuer.value;
    std::vector<NameModel> models;
    for (const std::string& name : rules::requested_names(material.certificate.spec).names) {
        NameModel model{.name = name};
        if (issuer && issuer->spec.acme) {
            const rules::SolverChoice choice =
                rules::choose_solver(material.certificate, *issuer->spec.acme, name);
            model.provider = choice.provider;
            if (choice.solver == nullptr) {
                model.problem = why(choice.why);
            } else {
                model.provider = issuance::solver_id(*issuer->spec.acme, *choice.solver);
                model.solver =
                    choice.solver->stanzas.empty() ? "" : choice.solver->stanzas.front().code;
            }
        }
        models.push_back(std::move(model));
    }
    return models;
}

SecretModel secret_model(const Part<api::Secret>& part) {
    SecretModel model{.name = part.key.name, .found = part.value.has_value(), .error = part.error};
    if (!part.value) {
        return model;
    }
    model.type = part.value->type;
    for (const auto& [key, value] : part.value->data) {
        model.keys.push_back(key);
    }
    const api::ObjectMeta& meta = part.value->meta;
    model.owner = api::find(meta.labels, issuance::kNameLabel).value_or("");
    if (const auto issuer = api::find(meta.annotations, issuance::kIssuerNameAnnotation)) {
        model.issuer = fmt::format(
            "{} {}",
            api::find(meta.annotations, issuance::kIssuerKindAnnotation).value_or("Issuer"),
            *issuer);
    }
    return model;
}

bool key_matches(const api::Secret& secret, const crypto::Certificate& leaf) {
    const Sensitive* const pem = secret.find("tls.key");
    return pem != nullptr && !pem->empty() && leaf.has_key(crypto::PrivateKey::from_pem(*pem));
}

LeafModel leaf_model(const std::vector<crypto::Certificate>& chain,
                     const api::Certificate& wanted) {
    const crypto::CertificateInfo& leaf = chain.front().info();
    LeafModel model{.serial = leaf.serial,
                    .fingerprint = leaf.sha256_fingerprint,
                    .key = leaf.key.bits == 0 ? "neither RSA nor ECDSA" : key_text(leaf.key),
                    .names = leaf.dns_names,
                    .not_before = leaf.not_before,
                    .not_after = leaf.not_after};
    model.renew_from =
        issuance::renewal_time({leaf.not_before, leaf.not_after}, wanted.spec.renew_before);
    for (const crypto::Certificate& certificate : chain) {
        const crypto::CertificateInfo& info = certificate.info();
        const std::string organization =
            info.issuer_organization.empty() ? "" : fmt::format(" ({})", info.issuer_organization);
        model.chain.push_back({.subject = info.subject_common_name,
                               .issuer = info.issuer_common_name + organization,
                               .not_after = info.not_after});
    }
    return model;
}

/// Guard: a Secret that holds rubbish is described, not an abort.
void read_leaf(const Material& material, Model& model) {
    const auto& secret = material.secret.value;
    const Sensitive* const pem = secret ? secret->find("tls.crt") : nullptr;
    if (pem == nullptr || pem->empty()) {
        return;
    }
    try {
        const auto chain = crypto::Certificate::parse_pem(pem->reveal());
        model.leaf = leaf_model(chain, material.certificate);
        model.leaf->key_matches = key_matches(*secret, chain.front());
    } catch (const Error& error) {
        model.leaf_error = error.what();
    }
}

/// What the present certificate covers, or where there is none what the next would.
std::vector<UserModel> user_models(const Material& material, const std::optional<LeafModel>& leaf) {
    const std::vector<std::string> names =
        leaf ? leaf->names : rules::requested_names(material.certificate.spec).names;
    std::vector<UserModel> models;
    for (const SecretUser& user : material.users) {
        models.push_back({.kind = std::string(user.key.kind.kind),
                          .ns = user.key.ns,
                          .name = user.key.name,
                          .hosts = user.hosts,
                          .not_covered = not_covered(user.hosts, names)});
    }
    return models;
}

std::vector<api::Event> in_time(std::vector<api::Event> events) {
    std::stable_sort(events.begin(), events.end(),
                     [](const api::Event& a, const api::Event& b) { return a.last < b.last; });
    return events;
}

}  // namespace

Model make_model(const Material& material, Time now, const std::string& issue_command) {
    const api::CertificateStatus& status = material.certificate.status;
    Model model{.meta = material.certificate.meta,
                .wanted_key = key_text(issuance::key_spec(material.certificate.spec)),
                .issuer = issuer_model(material.certificate.spec.issuer_ref, material.issuer),
                .names = name_models(material),
                .secret = secret_model(material.secret),
                .ingresses_error = material.ingresses_error,
                .gateways_error = material.gateways_error,
                .order = status.order,
                .records = status.records,
                .conditions = status.conditions,
                .events = in_time(material.events),
                .events_error = material.events_error};
    read_leaf(material, model);
    model.advice = advise(material, now, issue_command);
    model.users = user_models(material, model.leaf);
    model.warnings = warn(material, model.users, issue_command);
    if (model.leaf && model.leaf->renew_from) {
        model.verdict = fmt::format(
            "Issued, expires {} (in {}), renew from {}", iso_date(model.leaf->not_after),
            human_duration(model.leaf->not_after - now), iso_date(*model.leaf->renew_from));
    }
    return model;
}

}  // namespace kcert::report
