// SPDX-License-Identifier: Apache-2.0

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>

#include "api/secret.h"
#include "base/text.h"
#include "rules/certificate_rules.h"
#include "rules/rules.h"
#include "rules/solver_choice.h"
#include "rules/verdicts.h"
#include "rules/written_names.h"

namespace kcert::rules {
namespace {

const json::FieldPath kSpec("spec");

std::string missing_issuer_detail(const api::Certificate& certificate,
                                  const Facts::IssuerLookup& lookup) {
    const std::vector<std::string>& elsewhere = lookup.namespaces_with_name;
    const std::string& ns = certificate.meta.ns;
    if (certificate.spec.issuer_ref.is_cluster()) {
        const bool here = std::find(elsewhere.begin(), elsewhere.end(), ns) != elsewhere.end();
        return here ? fmt::format(
                          "no ClusterIssuer of this name; an Issuer in namespace \"{}\" "
                          "has it: remove kind: ClusterIssuer",
                          ns)
                    : "no ClusterIssuer of this name";
    }
    std::string detail = fmt::format("no Issuer of this name in namespace \"{}\"", ns);
    if (lookup.cluster_issuer_has_name) {
        detail += "; a ClusterIssuer has it: add kind: ClusterIssuer";
    } else if (!elsewhere.empty()) {
        detail += fmt::format("; {} \"{}\" has one, but an Issuer serves its own namespace only",
                              elsewhere.size() == 1 ? "namespace" : "each of the namespaces",
                              join(elsewhere, "\", \""));
    }
    return detail;
}

/// What v0.10's controller refused of a Certificate whose issuer speaks ACME.
void check_acme_limits(const api::CertificateSpec& spec, Verdicts& verdicts) {
    if (spec.is_ca) {
        verdicts.invalid("certificate/acme-is-ca", kSpec.child("isCA"), "true",
                         "ACME does not support CA certificates");
    }
    if (!spec.organization.empty()) {
        verdicts.invalid("certificate/acme-organization", kSpec.child("organization"),
                         join(spec.organization, ", "),
                         "ACME does not support setting the organization name");
    }
    if (spec.duration) {
        verdicts.invalid("certificate/acme-duration", kSpec.child("duration"), *spec.duration,
                         "ACME does not support certificate durations");
    }
    if (!spec.ip_addresses.empty()) {
        verdicts.invalid("certificate/acme-ip-addresses", kSpec.child("ipAddresses"),
                         join(spec.ip_addresses, ", "),
                         "ACME does not support certificate ip addresses");
    }
}

/// `Issuer "letsencrypt"`, as a message names it.
std::string title(const api::Issuer& issuer) {
    return fmt::format("{} \"{}\"", issuer.cluster ? "ClusterIssuer" : "Issuer", issuer.meta.name);
}

std::string providers_detail(const api::Issuer& issuer) {
    std::vector<std::string> names;
    for (const api::Dns01Solver& provider : issuer.spec.acme->providers) {
        names.push_back(provider.name);
    }
    if (!names.empty()) {
        return fmt::format("{} has: {}", title(issuer), join(names, ", "));
    }
    return fmt::format("{} has no dns01.providers{}", title(issuer),
                       issuer.spec.acme->solvers.empty()
                           ? ""
                           : "; its solvers work without spec.acme of the Certificate");
}

void check_providers_exist(const std::vector<api::DomainSolver>& config, const api::Issuer& issuer,
                           Verdicts& verdicts) {
    const std::vector<api::Dns01Solver>& providers = issuer.spec.acme->providers;
    for (std::size_t i = 0; i < config.size(); ++i) {
        const std::string name = config[i].dns01_provider.value_or("");
        const bool exists =
            std::any_of(providers.begin(), providers.end(),
                        [&](const api::Dns01Solver& provider) { return provider.name == name; });
        if (!name.empty() && !exists) {
            verdicts.not_found(
                "certificate/provider-not-found",
                kSpec.child("acme").child("config").index(i).child("dns01").child("provider"), name,
                providers_detail(issuer));
        }
    }
}

void check_solvers_fit(const api::Certificate& certificate, const api::Issuer& issuer,
                       Verdicts& verdicts) {
    const api::AcmeIssuer& acme = *issuer.spec.acme;
    if (acme.solvers.empty() && !acme.providers.empty()) {
        verdicts.required("certificate/acme-required", kSpec.child("acme"),
                          fmt::format("config must say which provider answers for which domain; {}",
                                      providers_detail(issuer)));
        return;
    }
    if (too_many_to_judge(certificate.spec)) {
        return;
    }
    for (const WrittenName& name : distinct_names(certificate.spec)) {
        const SolverChoice choice = choose_solver(certificate, acme, *name.a_labels);
        if (choice.solver) {
            continue;
        }
        if (choice.why == NoSolver::Http01Only) {
            refuse_http01(name.text, name.path, verdicts);
        } else {
            verdicts.invalid(
                "certificate/no-matching-solver", name.path, name.text,
                fmt::format("no solver of {} has a selector that fits", title(issuer)));
        }
    }
}

void check_against_issuer(const api::Certificate& certificate, const api::Issuer& issuer,
                          Verdicts& verdicts) {
    if (!issuer.spec.acme) {
        const std::string type =
            issuer.spec.types.empty() ? "no type" : "type " + issuer.spec.types.front();
        verdicts.invalid("certificate/issuer-not-acme", kSpec.child("issuerRef").child("name"),
                         certificate.spec.issuer_ref.name,
                         fmt::format("is of {}; this tool issues from Issuers of type acme", type));
        return;
    }
    check_acme_limits(certificate.spec, verdicts);
    if (certificate.spec.acme_config) {
        check_providers_exist(*certificate.spec.acme_config, issuer, verdicts);
    } else {
        check_solvers_fit(certificate, issuer, verdicts);
    }
}

void check_secret_is_own(const api::Certificate& certificate,
                         const std::multimap<std::string, std::string>& certificates,
                         Verdicts& verdicts) {
    const auto [first, last] = certificates.equal_range(certificate.spec.secret_name);
    for (auto entry = first; entry != last; ++entry) {
        if (entry->second != certificate.meta.name) {
            verdicts.duplicate(
                "certificate/secret-shared", kSpec.child("secretName"),
                certificate.spec.secret_name,
                fmt::format("Certificate \"{}\" writes this Secret too", entry->second));
        }
    }
}

/// The issuer's own Secrets are no place for a certificate, nor for its pending key.
void check_secret_is_spare(const api::Certificate& certificate, const api::Issuer& issuer,
                           Verdicts& verdicts) {
    std::map<std::string, std::string_view> used;
    for (const api::SecretKeySelector& selector :
         credentials_of(*issuer.spec.acme, all_solvers(*issuer.spec.acme))) {
        used.emplace(selector.name, "a credential");
    }
    used.insert_or_assign(issuer.spec.acme->private_key.name, "the ACME account's key");
    if (const auto found = used.find(certificate.spec.secret_name);
        found != used.end() && !found->first.empty()) {
        verdicts.invalid(
            "certificate/secret-name-reserved", kSpec.child("secretName"), found->first,
            fmt::format("{} keeps {} in this Secret; name another", title(issuer), found->second));
    }
    const std::string pending = fmt::format("{}{}", certificate.meta.name, api::kPendingKeySuffix);
    if (const auto found = used.find(pending); found != used.end()) {
        verdicts.invalid(
            "certificate/secret-name-reserved", kSpec.child("issuerRef").child("name"),
            issuer.meta.name,
            fmt::format("keeps {} in Secret \"{}\", which is to keep this certificate's key while "
                        "an order is under way",
                        found->second, pending));
    }
}

void check_secret_is_free(const api::Certificate& certificate, const std::string& owner,
                          Verdicts& verdicts) {
    verdicts.forbidden("certificate/secret-owner", kSpec.child("secretName"),
                       fmt::format("Secret \"{}\" belongs to {}; name another Secret, or pass "
                                   "--take-over to overwrite it",
                                   certificate.spec.secret_name, owner));
}

}  // namespace

json::Findings check_references(const api::Certificate& certificate, const Facts& facts) {
    Verdicts verdicts;
    const api::IssuerRef& ref = certificate.spec.issuer_ref;
    if (facts.issuer && facts.issuer->issuer) {
        const api::Issuer& issuer = *facts.issuer->issuer;
        check_against_issuer(certificate, issuer, verdicts);
        const std::string& ns = issuer.cluster ? facts.secrets_namespace : certificate.meta.ns;
        if (issuer.spec.acme && ns == certificate.meta.ns) {
            check_secret_is_spare(certificate, issuer, verdicts);
        }
    } else if (facts.issuer && !ref.name.empty()) {
        verdicts.not_found("certificate/issuer-not-found", kSpec.child("issuerRef").child("name"),
                           ref.name, missing_issuer_detail(certificate, *facts.issuer), ref.line);
    }
    if (facts.certificates_by_secret && !certificate.spec.secret_name.empty()) {
        check_secret_is_own(certificate, *facts.certificates_by_secret, verdicts);
    }
    if (facts.secret_owner) {
        check_secret_is_free(certificate, *facts.secret_owner, verdicts);
    }
    return verdicts.take();
}

}  // namespace kcert::rules
