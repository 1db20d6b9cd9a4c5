// SPDX-License-Identifier: Apache-2.0

#include "rules/solver_choice.h"

#include <algorithm>
#include <optional>
#include <tuple>
#include <vector>

#include "base/text.h"
#include "names/names.h"
#include "rules/rules.h"
#include "rules/written_names.h"

namespace kcert::rules {
namespace {

bool is_ascii(std::string_view text) {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// Whether `written` is `name`. The usual case costs no conversion: this runs names × domains
/// times.
bool same_name(std::string_view written, std::string_view name) {
    if (written == name || !is_ascii(written)) {
        return written == name || names::to_a_labels(written) == name;
    }
    written.remove_suffix(written.ends_with('.') ? 1 : 0);
    return written.size() == name.size() && to_lower(written) == name;
}

bool lists(const std::vector<std::string>& written, std::string_view name) {
    return std::any_of(written.begin(), written.end(),
                       [&](const std::string& entry) { return same_name(entry, name); });
}

SolverChoice choose_provider(const std::vector<api::DomainSolver>& config,
                             const api::AcmeIssuer& issuer, std::string_view name) {
    SolverChoice choice;
    for (const api::DomainSolver& entry : config) {
        if (!lists(entry.domains, name)) {
            continue;
        }
        // An entry for another challenge leaves the name to a later one, as v0.2 did it.
        if (!entry.dns01_provider) {
            choice.why = entry.http01 ? NoSolver::Http01Only : choice.why;
            continue;
        }
        choice.provider = *entry.dns01_provider;
        choice.why = NoSolver::UnknownProvider;
        const auto found = std::find_if(
            issuer.providers.begin(), issuer.providers.end(),
            [&](const api::Dns01Solver& each) { return each.name == choice.provider; });
        choice.solver = found == issuer.providers.end() ? nullptr : &*found;
        return choice;
    }
    return choice;
}

/// How closely a selector fits, the weightier first: dnsNames, labels of the zone, matchLabels.
using Fit = std::tuple<std::size_t, std::size_t, std::size_t>;

/// The labels of `zone` where `name` lies in it, else 0.
std::size_t labels_of_zone(std::string_view zone, std::string_view name) {
    const bool inside = name == zone || (name.size() > zone.size() && name.ends_with(zone) &&
                                         name[name.size() - zone.size() - 1] == '.');
    return zone.empty() || !inside
               ? 0
               : static_cast<std::size_t>(std::count(zone.begin(), zone.end(), '.')) + 1;
}

std::size_t labels_of_longest_zone(const std::vector<std::string>& zones, std::string_view name) {
    std::size_t labels = 0;
    for (const std::string& zone : zones) {
        labels = std::max(labels, labels_of_zone(names::to_a_labels(zone).value_or(zone), name));
    }
    return labels;
}

/// Nothing where the selector does not select the name.
std::optional<Fit> fit_of(const std::optional<api::Solver::Selector>& selector,
                          const api::StringMap& labels, std::string_view name) {
    if (!selector) {
        return Fit{0, 0, 0};
    }
    for (const auto& [label, value] : selector->match_labels) {
        if (api::find(labels, label) != value) {
            return std::nullopt;
        }
    }
    const bool named = lists(selector->dns_names, name);
    const std::size_t zone = labels_of_longest_zone(selector->dns_zones, name);
    if ((!selector->dns_names.empty() && !named) || (!selector->dns_zones.empty() && zone == 0)) {
        return std::nullopt;
    }
    return Fit{named ? 1 : 0, zone, selector->match_labels.size()};
}

SolverChoice choose_by_selector(const api::StringMap& labels, const api::AcmeIssuer& issuer,
                                std::string_view name) {
    const api::Solver* best = nullptr;
    Fit best_fit;
    bool only_http01 = false;
    for (const api::Solver& solver : issuer.solvers) {
        const std::optional<Fit> fit = fit_of(solver.selector, labels, name);
        if (!fit) {
            continue;
        }
        // RFC 8555 §8.3: http-01 proves no wildcard, so such a solver leaves it to the others.
        if (!solver.dns01 && names::is_wildcard(name)) {
            only_http01 = true;
            continue;
        }
        if (!best || *fit > best_fit) {
            best = &solver;
            best_fit = *fit;
        }
    }
    if (best && best->dns01) {
        return {.solver = &*best->dns01, .provider = best->dns01->name};
    }
    only_http01 = only_http01 || (best && best->http01);
    return {.why = only_http01 ? NoSolver::Http01Only : NoSolver::NotConfigured};
}

}  // namespace

SolverChoice choose_solver(const api::Certificate& certificate, const api::AcmeIssuer& issuer,
                           std::string_view name) {
    return certificate.spec.acme_config
               ? choose_provider(*certificate.spec.acme_config, issuer, name)
               : choose_by_selector(certificate.meta.labels, issuer, name);
}

Solvers chosen_solvers(const api::Certificate& certificate, const api::AcmeIssuer& issuer) {
    Solvers chosen;
    for (const WrittenName& name : distinct_names(certificate.spec)) {
        if (const auto* solver = choose_solver(certificate, issuer, *name.a_labels).solver) {
            chosen.insert(solver);
        }
    }
    return chosen;
}

}  // namespace kcert::rules
