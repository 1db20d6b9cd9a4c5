// SPDX-License-Identifier: Apache-2.0

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string>

#include "api/solver_catalog.h"
#include "base/text.h"
#include "rules/issuer_rules.h"
#include "rules/rules.h"

namespace kcert::rules {
namespace {

std::vector<CredentialSite> credential_sites(const api::AcmeIssuer& issuer,
                                             const Solvers& solvers) {
    std::vector<CredentialSite> sites;
    const auto add = [&](const api::Dns01Solver& solver, const json::FieldPath& path) {
        if (solvers.contains(&solver)) {
            std::ranges::move(rules::credential_sites(solver, path), std::back_inserter(sites));
        }
    };
    if (issuer.external_account && !issuer.external_account->key_secret.name.empty()) {
        sites.push_back({json::FieldPath("spec.acme.externalAccountBinding.keySecretRef"),
                         issuer.external_account->key_secret});
    }
    for (std::size_t i = 0; i < issuer.providers.size(); ++i) {
        add(issuer.providers[i], provider_path(i));
    }
    for (std::size_t i = 0; i < issuer.solvers.size(); ++i) {
        if (issuer.solvers[i].dns01) {
            add(*issuer.solvers[i].dns01, solver_path(i));
        }
    }
    return sites;
}

std::vector<api::SecretKeySelector> selectors(const std::vector<CredentialSite>& sites) {
    std::vector<api::SecretKeySelector> list;
    list.reserve(sites.size());
    for (const CredentialSite& site : sites) {
        list.push_back(site.selector);
    }
    return list;
}

std::string missing_secret_detail(const std::string& name, const Facts& facts) {
    std::string detail =
        fmt::format("no Secret of this name in namespace \"{}\"", facts.secrets_namespace);
    const auto elsewhere = facts.secrets_elsewhere.find(name);
    if (elsewhere != facts.secrets_elsewhere.end() && !elsewhere->second.empty()) {
        detail += fmt::format("; one stands in \"{}\", where it is not looked for",
                              join(elsewhere->second, "\", \""));
    }
    return detail;
}

void check_credential(const CredentialSite& site, const Facts& facts, Verdicts& verdicts) {
    const auto looked_up = facts.secrets.find(site.selector.name);
    if (looked_up == facts.secrets.end()) {
        return;
    }
    if (!looked_up->second) {
        verdicts.not_found("issuer/credential-secret-not-found", site.path.child("name"),
                           site.selector.name, missing_secret_detail(site.selector.name, facts));
        return;
    }
    const std::set<std::string>& keys = *looked_up->second;
    if (!site.selector.key.empty() && !keys.contains(site.selector.key)) {
        const std::vector<std::string> present(keys.begin(), keys.end());
        verdicts.not_found("issuer/credential-key-not-found", site.path.child("key"),
                           site.selector.key,
                           fmt::format("Secret \"{}\" has{}", site.selector.name,
                                       present.empty() ? " no keys" : ": " + join(present, ", ")));
    }
}

}  // namespace

std::vector<CredentialSite> credential_sites(const api::Dns01Solver& solver,
                                             const json::FieldPath& path) {
    std::vector<CredentialSite> sites;
    for (const api::Dns01Solver::Stanza& stanza : solver.stanzas) {
        const api::SolverEntry* entry = api::find_solver(stanza.code);
        for (const api::SolverField& field :
             entry ? entry->fields : std::span<const api::SolverField>()) {
            const std::string_view name = stanza.config.text({field.name, "name"});
            if (field.type == api::FieldType::SecretKey && !name.empty()) {
                sites.push_back({path.child(stanza.code).child(field.name),
                                 {.name = std::string(name),
                                  .key = std::string(stanza.config.text({field.name, "key"}))}});
            }
        }
    }
    return sites;
}

Solvers all_solvers(const api::AcmeIssuer& issuer) {
    Solvers all;
    for (const api::Dns01Solver& provider : issuer.providers) {
        all.insert(&provider);
    }
    for (const api::Solver& solver : issuer.solvers) {
        if (solver.dns01) {
            all.insert(&*solver.dns01);
        }
    }
    return all;
}

std::vector<api::SecretKeySelector> credentials_of(const api::AcmeIssuer& issuer,
                                                   const Solvers& solvers) {
    return selectors(credential_sites(issuer, solvers));
}

std::vector<api::SecretKeySelector> credentials_of(const api::Dns01Solver& solver) {
    return selectors(credential_sites(solver, {}));
}

json::Findings check_references(const api::Issuer& issuer, const Facts& facts,
                                const Solvers& solvers) {
    Verdicts verdicts;
    if (issuer.spec.acme) {
        for (const CredentialSite& site : credential_sites(*issuer.spec.acme, solvers)) {
            check_credential(site, facts, verdicts);
        }
    }
    return verdicts.take();
}

}  // namespace kcert::rules
