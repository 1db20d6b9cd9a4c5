// SPDX-License-Identifier: Apache-2.0

#include <fmt/format.h>

#include <map>
#include <string>

#include "names/names.h"
#include "rules/certificate_rules.h"
#include "rules/written_names.h"

namespace kcert::rules {
namespace {

const json::FieldPath kConfig("spec.acme.config");

void check_entry(const api::DomainSolver& entry, const json::FieldPath& path, Verdicts& verdicts) {
    if (entry.domains.empty()) {
        verdicts.required("certificate/config-domains-required", path.child("domains"),
                          "at least one domain must be specified");
    }
    if (!entry.dns01_provider && !entry.http01) {
        verdicts.required("certificate/config-solver-required", path,
                          "a dns01 or http01 stanza must be specified");
    }
    if (entry.dns01_provider && entry.http01) {
        verdicts.forbidden("certificate/config-solver-exclusive", path.child("http01"),
                           "may not be specified together with dns01");
    }
    if (entry.dns01_provider && entry.dns01_provider->empty()) {
        verdicts.required("certificate/config-provider-required",
                          path.child("dns01").child("provider"),
                          "the name of one of the Issuer's providers must be specified");
    }
    if (entry.http01 && !entry.http01->ingress.empty() &&
        !entry.http01->ingress_class.value_or("").empty()) {
        verdicts.forbidden("certificate/config-ingress-exclusive", path.child("http01"),
                           "only one of 'ingress' and 'ingressClass' may be specified");
    }
}

/// The entry that answers for each domain: the first with dns01, else the first at all.
std::map<std::string, std::size_t> entries_by_domain(const std::vector<api::DomainSolver>& config) {
    std::map<std::string, std::size_t> entries;
    for (std::size_t i = 0; i < config.size(); ++i) {
        for (const std::string& domain : config[i].domains) {
            const std::string name = names::to_a_labels(domain).value_or(domain);
            const auto [known, added] = entries.try_emplace(name, i);
            if (!added && !config[known->second].dns01_provider && config[i].dns01_provider) {
                known->second = i;
            }
        }
    }
    return entries;
}

}  // namespace

void refuse_http01(std::string_view name, const json::FieldPath& path, Verdicts& verdicts) {
    if (names::is_wildcard(name)) {
        verdicts.invalid("certificate/wildcard-needs-dns01", path, std::string(name),
                         "its only solver is http01, and a wildcard is proven by dns-01 alone");
    } else {
        verdicts.invalid("certificate/http01-only", path, std::string(name),
                         "its only solver is http01; this tool solves dns-01: give it a dns01 one");
    }
}

void check_acme_config(const api::CertificateSpec& spec, Verdicts& verdicts) {
    if (!spec.acme_config) {
        return;
    }
    const std::vector<api::DomainSolver>& config = *spec.acme_config;
    for (std::size_t i = 0; i < config.size(); ++i) {
        check_entry(config[i], kConfig.index(i), verdicts);
    }
    if (too_many_to_judge(spec)) {
        return;
    }
    const std::map<std::string, std::size_t> entries = entries_by_domain(config);
    for (const WrittenName& name : distinct_names(spec)) {
        const auto found = entries.find(*name.a_labels);
        if (found == entries.end()) {
            verdicts.required("certificate/config-missing-domain", kConfig,
                              fmt::format("no ACME solver configuration specified for domain "
                                          "\"{}\"",
                                          name.text));
        } else if (!config[found->second].dns01_provider && config[found->second].http01) {
            refuse_http01(name.text, kConfig.index(found->second).child("domains"), verdicts);
        }
    }
}

}  // namespace kcert::rules
