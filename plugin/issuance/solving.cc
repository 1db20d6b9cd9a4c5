// SPDX-License-Identifier: Apache-2.0

#include "issuance/solving.h"

#include <algorithm>

#include <fmt/format.h>

#include "api/solver_catalog.h"
#include "base/log.h"
#include "base/text.h"
#include "dns01/challenge.h"
#include "dns01/service/held_zones.h"
#include "names/names.h"
#include "rules/solver_choice.h"

namespace kcert::issuance {

namespace {

dns01::TxtRecord txt(const api::PlacedRecord& record) {
    return {
        .zone = record.zone, .name = record.name, .value = record.value, .domain = record.domain};
}

const api::Dns01Solver& solver_for(const Subject& subject, const std::string& domain) {
    const rules::SolverChoice choice =
        rules::choose_solver(subject.certificate, subject.acme(), domain);
    if (choice.solver == nullptr) {
        throw Error(ErrorKind::Config, "no DNS provider is configured for " + printable(domain));
    }
    return *choice.solver;
}

/// What stands in a status can be anybody's text: only what a run of ours would have placed is
/// taken away, never another record of the zone.
bool is_of_a_challenge(const api::PlacedRecord& record) {
    return dns01::is_challenge_value(record.value) && dns01::encloses(record.zone, record.name);
}

/// Whether nothing can have come of placing the record: it was refused, not lost.
bool was_refused(const api::PlacedRecord& record, std::span<const dns01::PresentFailure> failures) {
    return std::ranges::any_of(failures, [&](const dns01::PresentFailure& failure) {
        const ErrorKind kind = failure.error.kind();
        return failure.concerns(record.provider, record.zone) &&
               (kind == ErrorKind::Declined || kind == ErrorKind::Config);
    });
}

/// "seen by 1 of 2 name servers (ns2.example.com.: no such name)".
std::string sight(const dns01::RecordView& view) {
    std::string text = fmt::format("seen by {} of {} {}", view.seen(), view.servers.size(),
                                   view.recursive ? "resolvers" : "name servers");
    const auto blind = std::ranges::find(view.servers, false, &dns01::ServerView::seen);
    if (blind != view.servers.end()) {
        text += fmt::format(" ({}: {})", printable(blind->host), printable(blind->answer));
    }
    return text;
}

}  // namespace

std::vector<dns01::LocateRequest> locate_requests(const Subject& subject,
                                                  std::span<const std::string> names) {
    std::vector<dns01::LocateRequest> requests;
    for (const std::string& name : names) {
        const api::Dns01Solver& solver = solver_for(subject, name);
        const api::SolverEntry* const entry = api::find_solver(solver.stanzas.front().code);
        const bool follow = solver.follows_cname() || (entry != nullptr && entry->delegated);
        requests.push_back(
            {.name = dns01::challenge_name(name),
             .strategy = follow ? dns01::CnameStrategy::Follow : dns01::CnameStrategy::None});
    }
    return requests;
}

Locations locate_names(const World& world, const Subject& subject,
                       std::span<const std::string> names, std::stop_token stop) {
    const std::vector<dns01::Location> found =
        dns01::locate_all(world.resolver, locate_requests(subject, names), std::move(stop));
    Locations locations;
    for (std::size_t i = 0; i < names.size(); ++i) {
        locations.emplace(names[i], found[i]);
    }
    return locations;
}

Solving::Solving(const World& world, const Subject& subject,
                 const dns01::PropagationOptions& options, Providers& providers, RunState& state,
                 Journal& journal, const Progress& progress)
    : world_(world),
      subject_(subject),
      options_(options),
      providers_(providers),
      state_(state),
      journal_(journal),
      progress_(progress),
      placed_(state.records()) {}

void Solving::open_providers(std::span<const std::string> names) {
    for (const std::string& name : names) {
        providers_.of(solver_for(subject_, name));
    }
}

void Solving::solve(acme::Transport& transport, std::span<const acme::Authorization> pending,
                    Background<Locations>& locations, std::stop_token stop) {
    const std::vector<Task> todo = tasks(transport, pending, locations.get(stop));
    std::vector<api::PlacedRecord> records;
    std::vector<acme::ChallengeAnswer> answers;
    for (const Task& task : todo) {
        domains_.push_back(task.domain);
        records.push_back(task.record);
        answers.push_back(task.answer);
    }
    state_.store_records(records, stop);
    journal_.for_domains("PresentChallenge", "Presenting dns-01 challenge for ", domains_);
    present(todo, stop);
    journal_.for_domains("SelfCheck", "Performing self-check for ", domains_);
    await(todo, stop);
    acme::answer_challenges(transport, answers, stop);
    for (const std::string& domain : domains_) {
        progress_.step({.domain = domain, .stage = Stage::Answered});
    }
}

std::vector<Solving::Task> Solving::tasks(const acme::Transport& transport,
                                          std::span<const acme::Authorization> pending,
                                          const Locations& locations) {
    const std::string thumbprint = transport.account_key().thumbprint();
    std::vector<Task> todo;
    for (const acme::Authorization& authorization : pending) {
        const auto location = locations.find(authorization.name);
        if (location == locations.end()) {
            throw Error(ErrorKind::Declined,
                        "the CA asks for an authorization that was not "
                        "ordered: " +
                            printable(authorization.name));
        }
        const acme::Challenge& challenge = acme::dns01_challenge(authorization);
        const api::Dns01Solver& solver = solver_for(subject_, authorization.name);
        const Sensitive key_authorization = acme::key_authorization(challenge.token, thumbprint);
        todo.push_back(
            {.domain = authorization.name,
             .provider = &providers_.of(solver),
             .record = {.provider = solver_id(subject_.acme(), solver),
                        .solver = solver.stanzas.front().code,
                        .zone = location->second.zone,
                        .name = location->second.name,
                        .value = dns01::challenge_value(key_authorization.reveal()),
                        .domain = std::string(names::without_wildcard(authorization.name))},
             .answer = {challenge.url, authorization.url}});
    }
    return todo;
}

void Solving::present(std::span<const Task> tasks, const std::stop_token& stop) {
    std::map<std::string, dns01::Placement> placements;
    for (const Task& task : tasks) {
        dns01::Placement& placement = placements[task.record.provider];
        placement.provider = task.provider;
        placement.provider_name = task.record.provider;
        placement.records.push_back(txt(task.record));
    }
    std::vector<dns01::Placement> all;
    all.reserve(placements.size());
    for (auto& [name, placement] : placements) {
        all.push_back(std::move(placement));
    }
    if (stop.stop_requested()) {
        throw Error(ErrorKind::Cancelled, "stopped");
    }
    const std::vector<dns01::PresentFailure> failures = dns01::present_all(all, stop);
    for (const Task& task : tasks) {
        if (!was_refused(task.record, failures)) {
            placed_.push_back(task.record);
            placed_now_.push_back(task.record);
        }
    }
    if (!failures.empty()) {
        report_failures(tasks, failures);
    }
    for (const Task& task : tasks) {
        progress_.step({.domain = task.domain, .stage = Stage::Presented});
    }
}

/// What failed at which provider, for which domains. Names of its other zones are not blamed.
void Solving::report_failures(std::span<const Task> tasks,
                              std::span<const dns01::PresentFailure> failures) {
    std::vector<std::string> causes;
    for (const dns01::PresentFailure& failure : failures) {
        std::vector<std::string> domains;
        for (const Task& task : tasks) {
            if (failure.concerns(task.record.provider, task.record.zone)) {
                domains.push_back(task.domain);
                progress_.step({task.domain, Stage::Failed, failure.error.what()});
            }
        }
        causes.push_back(fmt::format("presenting {} through DNS provider \"{}\": {}",
                                     join(domains, ", "), printable(failure.provider_name),
                                     failure.error.what()));
    }
    if (failures.front().error.kind() == ErrorKind::Cancelled) {
        unplaced_ = join(causes, "; ");
    }
    throw Error(failures.front().error.kind(), join(causes, "; "));
}

void Solving::await(std::span<const Task> tasks, const std::stop_token& stop) {
    std::vector<dns01::TxtRecord> records;
    for (const Task& task : tasks) {
        records.push_back(txt(task.record));
    }
    const dns01::PropagationObserver observer{
        .viewed =
            [&](const dns01::RecordView& view) {
                for (const Task& task : tasks) {
                    if (txt(task.record) == view.record) {
                        const bool everywhere = view.seen() == view.servers.size();
                        progress_.step({.domain = task.domain,
                                        .stage = everywhere ? Stage::Seen : Stage::Presented,
                                        .detail = sight(view)});
                        if (everywhere) {
                            unseen_.erase(task.domain);
                        } else {
                            unseen_.insert_or_assign(task.domain, sight(view));
                        }
                    }
                }
            },
        .noted = [&](const std::string& line) { progress_.note(line); },
    };
    dns01::await_propagation(world_.resolver, world_.clock, records, options_, observer, stop);
}

std::string Solving::waiting() const {
    if (!unplaced_.empty()) {
        return unplaced_;
    }
    std::vector<std::string> parts;
    for (const auto& [domain, view] : unseen_) {
        parts.push_back(fmt::format("{} {}", domain, view));
    }
    return join(parts, "; ");
}

CleanUp Solving::clean_up(std::stop_token stop) {
    std::vector<Leftover> left;
    std::map<std::string, std::vector<api::PlacedRecord>> by_provider;
    for (const api::PlacedRecord& record : state_.records()) {
        if (is_of_a_challenge(record)) {
            by_provider[record.provider].push_back(record);
        } else {
            left.push_back({record, "the status names it, and it is no record of a challenge"});
        }
    }
    dns01::PresentedRecords presented;
    for (const auto& [id, records] : by_provider) {
        std::vector<dns01::TxtRecord> batch;
        std::ranges::transform(records, std::back_inserter(batch), txt);
        try {
            presented.add(providers_.of(id), batch);
        } catch (const Error& error) {
            for (const api::PlacedRecord& record : records) {
                left.push_back({record, error.what()});
            }
        }
    }
    for (const dns01::Leftover& leftover : presented.clean_up(stop)) {
        for (const api::PlacedRecord& record : state_.records()) {
            const bool told = std::ranges::find(left, record, &Leftover::record) != left.end();
            if (!told && txt(record) == leftover.record) {
                left.push_back({record, leftover.error});
            }
        }
    }
    const std::size_t removed = count_removed(left);
    return {.removed = removed, .left = still_there(std::move(left), stop)};
}

std::size_t Solving::count_removed(std::span<const Leftover> left) const {
    return static_cast<std::size_t>(
        std::ranges::count_if(state_.records(), [&](const api::PlacedRecord& record) {
            return std::ranges::find(placed_, record) != placed_.end() &&
                   std::ranges::find(left, record, &Leftover::record) == left.end();
        }));
}

/// A service that refuses to remove a record has mostly refused to place it: the zone's own servers
/// tell. What they cannot tell counts as there, and so does what this run placed: a service that
/// took it may yet be about to serve it.
std::vector<Leftover> Solving::still_there(std::vector<Leftover> left,
                                           const std::stop_token& stop) {
    if (left.empty()) {
        return left;
    }
    std::vector<dns01::TxtRecord> records;
    std::ranges::transform(left, std::back_inserter(records),
                           [](const Leftover& leftover) { return txt(leftover.record); });
    dns01::PropagationOptions authoritative = options_;
    authoritative.mode = dns01::CheckMode::Authoritative;
    try {
        const auto views = dns01::survey(world_.resolver, records, authoritative, stop);
        std::vector<Leftover> there;
        for (std::size_t i = 0; i < left.size(); ++i) {
            const std::vector<dns01::ServerView>& servers = views[i].servers;
            const bool placed_now =
                std::ranges::find(placed_now_, left[i].record) != placed_now_.end();
            if (placed_now || servers.empty() ||
                !std::ranges::all_of(servers, &dns01::ServerView::absent)) {
                there.push_back(std::move(left[i]));
            }
        }
        return there;
    } catch (const Error& error) {
        log::write(1, std::string("asking whether records are still there: ") + error.what());
        return left;
    }
}

}  // namespace kcert::issuance
