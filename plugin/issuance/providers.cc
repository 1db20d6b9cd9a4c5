// SPDX-License-Identifier: Apache-2.0

#include "issuance/providers.h"

#include <fmt/format.h>

#include "base/text.h"
#include "rules/rules.h"

namespace kcert::issuance {

namespace {

/// Names the provider and where its credentials stand, so that a message about them leads there.
std::string provider_text(const Subject& subject, const std::string& id,
                          const api::Dns01Solver& solver) {
    std::vector<std::string> secrets;
    if (const auto program = subject.programs.find(id); program != subject.programs.end()) {
        return printable(fmt::format("DNS provider \"{}\" ({})", id, program->second));
    }
    for (const api::SecretKeySelector& selector : rules::credentials_of(solver)) {
        secrets.push_back(fmt::format("Secret {}/{}, key {}", subject.credentials_namespace,
                                      selector.name, selector.key));
    }
    return printable(fmt::format("DNS provider \"{}\"", id) +
                     (secrets.empty() ? "" : " (" + join(secrets, "; ") + ")"));
}

dns01::ProviderRequest request_for(const Subject& subject, const std::string& id,
                                   const api::Dns01Solver::Stanza& stanza) {
    const auto program = subject.programs.find(id);
    if (program != subject.programs.end()) {
        return {.code = stanza.code, .program = program->second};
    }
    return {.code = stanza.code,
            .config = stanza.config,
            .secrets = solver_secrets(subject, stanza),
            .credentials_namespace = subject.credentials_namespace};
}

}  // namespace

std::string solver_id(const api::AcmeIssuer& issuer, const api::Dns01Solver& solver) {
    for (std::size_t i = 0; i < issuer.solvers.size(); ++i) {
        const auto& candidate = issuer.solvers[i].dns01;
        if (candidate && &*candidate == &solver) {
            return fmt::format("spec.acme.solvers[{}]", i);
        }
    }
    return solver.name;
}

dns01::Provider& Providers::of(const api::Dns01Solver& solver) {
    const std::string id = solver_id(subject_.acme(), solver);
    std::unique_ptr<dns01::Provider>& provider = built_[id];
    if (!provider) {
        provider = while_doing(provider_text(subject_, id, solver), [&] {
            return world_.make_provider(
                request_for(subject_, id, solver.stanzas.front()),
                {world_.clock, world_.http, world_.resolver, world_.provider_settings});
        });
    }
    return *provider;
}

dns01::Provider& Providers::of(const std::string& id) {
    const api::AcmeIssuer& issuer = subject_.acme();
    for (const api::Dns01Solver& solver : issuer.providers) {
        if (solver.name == id) {
            return of(solver);
        }
    }
    for (const api::Solver& solver : issuer.solvers) {
        if (solver.dns01 && solver_id(issuer, *solver.dns01) == id) {
            return of(*solver.dns01);
        }
    }
    throw Error(ErrorKind::Config,
                fmt::format("the issuer has no DNS provider \"{}\" any more", printable(id)));
}

}  // namespace kcert::issuance
