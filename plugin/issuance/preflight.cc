// SPDX-License-Identifier: Apache-2.0

#include "issuance/preflight.h"

#include <algorithm>
#include <iterator>
#include <sstream>
#include <variant>

#include <fmt/format.h>

#include "acme/account.h"
#include "acme/directory.h"
#include "base/text.h"
#include "dns01/caa.h"
#include "dns01/locate.h"
#include "issuance/account.h"
#include "issuance/rights.h"
#include "issuance/solving.h"
#include "names/names.h"
#include "rules/known_ca.h"
#include "rules/solver_choice.h"

namespace kcert::issuance {

namespace {

std::string trust_text(rules::Trust trust) {
    switch (trust) {
        case rules::Trust::Trusted:
            return "browsers trust it";
        case rules::Trust::NotTrusted:
            return "browsers do not trust it";
        case rules::Trust::Unknown:
            break;
    }
    return "not known whether browsers trust it";
}

/// Runs a check; its failure becomes a line of the report.
template <typename Check>
void note_failure(std::vector<std::string>& problems, Check check) {
    try {
        check();
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::Cancelled) {
            throw;
        }
        problems.emplace_back(error.what());
    }
}

std::string account_state(const World& world, const Subject& subject,
                          const acme::Directory& directory, const IssueRequest& request,
                          const std::stop_token& stop) {
    const auto key = stored_account_key(subject);
    std::string wish = "would be registered";
    if (!subject.acme().email.empty()) {
        wish += " as " + subject.acme().email;
    }
    if (!key) {
        return wish + fmt::format(", with a new key in Secret {}/{}", subject.credentials_namespace,
                                  subject.acme().private_key.name);
    }
    acme::Transport transport(
        world.http, world.clock, directory, *key,
        {.route = ca_route(subject.acme(), request.account), .until = request.account.until});
    const auto account = acme::find_account(transport, stop);
    return account ? "registered: " + account->url : wish + ", with the key that its Secret holds";
}

void check_ca(const World& world, const Subject& subject, const IssueRequest& request,
              Preflight& report, std::vector<std::string>& identities,
              const std::stop_token& stop) {
    if (std::string unused = unused_ca(subject, request.account); !unused.empty()) {
        report.warnings.push_back(std::move(unused));
    }
    note_failure(report.problems, [&] {
        const acme::Directory directory = acme::fetch_directory(
            world.http, world.clock, report.directory, ca_route(subject.acme(), request.account),
            request.account.until, stop);
        identities = directory.caa_identities;
        if (directory.external_account_required && !subject.acme().external_account) {
            report.problems.emplace_back(
                "the CA asks for an external account: set "
                "spec.acme.externalAccountBinding in the issuer");
        }
        report.account = account_state(world, subject, directory, request, stop);
    });
}

/// Notes in `lines` why something could not be found out; what was found out, else nothing.
template <typename Found>
const Found* found_or_note(const std::variant<Found, Error>& outcome,
                           std::vector<std::string>& lines) {
    if (const auto* error = std::get_if<Error>(&outcome)) {
        lines.emplace_back(error->what());
    }
    return std::get_if<Found>(&outcome);
}

/// Each name with its solver, zone and CAA records, by few rounds of questions for all.
std::vector<NameCheck> check_names(const World& world, const Subject& subject,
                                   const std::vector<std::string>& names,
                                   const std::vector<std::string>& identities,
                                   const std::stop_token& stop) {
    std::vector<NameCheck> checks;
    for (const std::string& name : names) {
        const api::Dns01Solver& solver =
            *rules::choose_solver(subject.certificate, subject.acme(), name).solver;
        checks.push_back({.name = name,
                          .provider = solver_id(subject.acme(), solver),
                          .solver = solver.stanzas.front().code});
    }
    const auto located = dns01::locate_each(world.resolver, locate_requests(subject, names), stop);
    const auto caa = dns01::relevant_caa(world.resolver, names, stop);
    for (std::size_t i = 0; i < names.size(); ++i) {
        NameCheck& check = checks[i];
        if (const auto* location = found_or_note(located[i], check.problems)) {
            check.zone = location->zone;
            check.record = location->name;
            check.cnames = location->cnames;
        }
        if (const auto* records = found_or_note(caa[i], check.warnings)) {
            check.caa = *records;
        }
        if (!identities.empty() &&
            !caa_allows(check.caa, names::is_wildcard(check.name), identities)) {
            check.warnings.push_back(
                fmt::format("CAA records let only others issue: {}; this CA is {}",
                            join(check.caa, ", "), join(identities, ", ")));
        }
    }
    return checks;
}

/// Whether the place takes what a run writes: who is at work on it, rights, what stands in the way.
void check_store(const World& world, const Subject& subject, const IssueRequest& request,
                 Preflight& report, const std::stop_token& stop) {
    if (const auto holder = world.store.claimed_by(subject.key, stop)) {
        report.warnings.push_back("a run is under way, by " + *holder);
    }
    note_failure(report.problems, [&] {
        const std::vector<kube::Right> needed = needed_rights(subject, report.plan);
        std::vector<kube::Right> rights = useful_rights(subject);
        rights.insert(rights.end(), needed.begin(), needed.end());
        for (const kube::Right& right : world.store.missing_rights(rights, stop)) {
            const bool is_needed = std::ranges::find(needed, right) != needed.end();
            std::vector<std::string>& told = is_needed ? report.problems : report.warnings;
            // One right may be needed for several writes.
            if (std::string line = "this user " + lacking(right);
                std::ranges::find(told, line) == told.end()) {
                told.push_back(std::move(line));
            }
        }
    });
    if (!report.plan.due()) {
        return;
    }
    note_failure(report.problems, [&] { expect_writable(world.store, subject, stop); });
    if (request.rehearse) {
        note_failure(report.problems, [&] {
            world.store.rehearse(planned_secrets(subject, world.clock.now()), stop);
        });
    }
}

/// Each provider logs in once, for all of its zones.
void check_providers(const World& world, const Subject& subject, Preflight& report,
                     const std::stop_token& stop) {
    Providers providers(world, subject);
    std::map<std::string, std::vector<std::string>> zones;
    for (const NameCheck& check : report.names) {
        std::vector<std::string>& of_provider = zones[check.provider];
        if (!check.zone.empty() &&
            std::ranges::find(of_provider, check.zone) == of_provider.end()) {
            of_provider.push_back(check.zone);
        }
    }
    for (const auto& [id, of_provider] : zones) {
        note_failure(report.problems, [&, &id = id, &of_provider = of_provider] {
            dns01::Provider& provider = providers.of(id);
            while_doing(fmt::format("DNS provider \"{}\"", printable(id)),
                        [&] { provider.verify(of_provider, stop); });
        });
    }
}

void check_servers(const World& world, const IssueRequest& request, Preflight& report,
                   const std::stop_token& stop) {
    std::vector<dns01::TxtRecord> records;
    std::vector<NameCheck*> located;
    for (NameCheck& check : report.names) {
        if (!check.zone.empty()) {
            records.push_back({.zone = check.zone, .name = check.record});
            located.push_back(&check);
        }
    }
    const auto views = dns01::survey(world.resolver, records, request.propagation, stop);
    for (std::size_t i = 0; i < views.size(); ++i) {
        located[i]->servers = views[i].servers;
        std::ranges::transform(views[i].unaddressed, std::back_inserter(located[i]->warnings),
                               dns01::not_asked);
    }
}

std::vector<std::string> planned_writes(const Subject& subject, const Preflight& report) {
    std::vector<std::string> writes;
    for (const api::PlacedRecord& record : subject.certificate.status.records) {
        writes.push_back(fmt::format("TXT {} in zone {}, left by an earlier run: removed",
                                     record.name, record.zone));
    }
    if (!report.plan.due()) {
        return writes;
    }
    if (const auto& order = subject.certificate.status.order; order && order->failures.empty()) {
        writes.push_back("Order " + order->url +
                         ", of an earlier run: gone on with if it still can");
    }
    if (!has_account_key(subject)) {
        writes.push_back(fmt::format("Secret {}/{}: the ACME account's key",
                                     subject.credentials_namespace,
                                     subject.acme().private_key.name));
    }
    for (const NameCheck& check : report.names) {
        if (!check.record.empty()) {
            writes.push_back(
                fmt::format("TXT {} in zone {}, removed again", check.record, check.zone));
        }
    }
    writes.push_back(fmt::format("Secret {}/{}: {} tls.crt and tls.key", subject.key.ns,
                                 subject.certificate.spec.secret_name,
                                 subject.target ? "new" : "created with"));
    if (subject.release != json::Value::object() && !subject.release.is_null()) {
        writes.push_back(fmt::format("Secret {}/{}: the marks of its present owner taken off",
                                     subject.key.ns, subject.certificate.spec.secret_name));
    }
    return writes;
}

}  // namespace

bool Preflight::good() const {
    return !refused && problems.empty() && std::ranges::all_of(names, [](const NameCheck& check) {
        return check.problems.empty();
    });
}

bool caa_allows(const std::vector<std::string>& records, bool wildcard,
                const std::vector<std::string>& identities) {
    std::vector<std::string> issue;
    std::vector<std::string> issue_wild;
    for (const std::string& record : records) {
        std::istringstream fields(record);
        std::string flags;
        std::string tag;
        std::string issuer;
        fields >> flags >> tag >> issuer;
        issuer = to_lower(issuer.substr(0, issuer.find(';')));
        if (to_lower(tag) == "issue") {
            issue.push_back(issuer);
        } else if (to_lower(tag) == "issuewild") {
            issue_wild.push_back(issuer);
        }
    }
    const auto& relevant = wildcard && !issue_wild.empty() ? issue_wild : issue;
    return relevant.empty() || std::ranges::any_of(identities, [&](const std::string& identity) {
               return std::ranges::find(relevant, to_lower(identity)) != relevant.end();
           });
}

Preflight preflight(const World& world, const IssueRequest& request, std::stop_token stop) {
    const Subject subject = load_subject(world.store, request.certificate, request.subject, stop);
    Preflight report{.certificate_findings = subject.certificate_findings,
                     .issuer_findings = subject.issuer_findings,
                     .refused = subject.refused(),
                     .issuer = subject.issuer_key};
    if (report.refused) {
        return report;
    }
    report.plan = make_plan({.certificate = subject.certificate,
                             .issuer = subject.issuer,
                             .current = subject.target ? &*subject.target : nullptr,
                             .now = world.clock.now(),
                             .force = request.force});
    report.directory = report.plan.directory;
    const rules::KnownCa ca = rules::known_ca(report.directory);
    report.ca = ca.title;
    report.ca_trust = trust_text(ca.trust);
    check_store(world, subject, request, report, stop);
    std::vector<std::string> identities;
    check_ca(world, subject, request, report, identities, stop);
    report.names = check_names(world, subject, report.plan.names.names, identities, stop);
    check_providers(world, subject, report, stop);
    check_servers(world, request, report, stop);
    report.writes = planned_writes(subject, report);
    return report;
}

}  // namespace kcert::issuance
