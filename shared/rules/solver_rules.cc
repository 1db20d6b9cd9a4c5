// SPDX-License-Identifier: Apache-2.0

#include <set>
#include <string>

#include "rules/issuer_rules.h"

namespace kcert::rules {
namespace {

const json::FieldPath kAcme("spec.acme");

void check_dns01(const api::Dns01Solver& solver, const json::FieldPath& path, Verdicts& verdicts) {
    if (!solver.cname_strategy.empty() && solver.cname_strategy != "None" &&
        solver.cname_strategy != "Follow") {
        verdicts.invalid("issuer/cname-strategy", path.child("cnameStrategy"),
                         solver.cname_strategy, "must be one of [None Follow]");
    }
    if (solver.stanzas.empty()) {
        verdicts.required("issuer/provider-required", path,
                          "at least one provider must be configured");
        return;
    }
    check_stanza(solver.stanzas.front(), path.child(solver.stanzas.front().code), verdicts);
    for (std::size_t i = 1; i < solver.stanzas.size(); ++i) {
        verdicts.forbidden("issuer/provider-exclusive", path.child(solver.stanzas[i].code),
                           "may not specify more than one provider type");
    }
}

void check_providers(const std::vector<api::Dns01Solver>& providers, Verdicts& verdicts) {
    std::set<std::string> seen;
    for (std::size_t i = 0; i < providers.size(); ++i) {
        const json::FieldPath path = provider_path(i);
        const std::string& name = providers[i].name;
        if (name.empty()) {
            verdicts.required("issuer/provider-name-required", path.child("name"),
                              "name must be specified");
        } else if (!seen.insert(name).second) {
            verdicts.duplicate("issuer/provider-name-unique", path.child("name"), name,
                               "an earlier provider has this name");
        }
        check_dns01(providers[i], path, verdicts);
    }
}

void check_solver(const api::Solver& solver, std::size_t index, Verdicts& verdicts) {
    const json::FieldPath entry = kAcme.child("solvers").index(index);
    if (!solver.dns01 && !solver.http01) {
        verdicts.required("issuer/solver-required", entry, "no solver type configured");
    }
    if (solver.dns01 && solver.http01) {
        verdicts.forbidden("issuer/solver-exclusive", entry.child("http01"),
                           "may not specify more than one solver type in a single solver");
    }
    if (solver.dns01) {
        check_dns01(*solver.dns01, solver_path(index), verdicts);
    }
    if (solver.http01) {
        check_http01(*solver.http01, entry.child("http01"), verdicts);
    }
}

}  // namespace

json::FieldPath provider_path(std::size_t index) {
    return kAcme.child("dns01").child("providers").index(index);
}

json::FieldPath solver_path(std::size_t index) {
    return kAcme.child("solvers").index(index).child("dns01");
}

void check_solvers(const api::AcmeIssuer& acme, Verdicts& verdicts) {
    if (acme.http01) {
        check_http01(*acme.http01, kAcme.child("http01"), verdicts);
    }
    check_providers(acme.providers, verdicts);
    for (std::size_t i = 0; i < acme.solvers.size(); ++i) {
        check_solver(acme.solvers[i], i, verdicts);
    }
}

}  // namespace kcert::rules
