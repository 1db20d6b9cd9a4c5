// SPDX-License-Identifier: Apache-2.0

#include "dns01/propagation.h"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/duration.h"
#include "base/error.h"
#include "base/text.h"
#include "dns01/name_servers.h"
#include "dns01/watch.h"

namespace kcert::dns01 {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration kFirstPause = milliseconds(100);
constexpr Duration kLongestPause = seconds(5);
/// For how long authoritative servers may keep silent before the resolvers are asked instead.
constexpr Duration kReachTime = seconds(5);
constexpr milliseconds kTryTime = seconds(1);
constexpr milliseconds kShortestTry = milliseconds(200);
/// Over UDP twice, then over TCP: what one silent server costs at most.
constexpr int kTries = 3;
constexpr std::size_t kShownRecords = 10;

/// All records under observation.
class Watches {
  public:
    Watches(dns::Resolver& resolver, std::span<const TxtRecord> records,
            const PropagationOptions& options)
        : resolver_(resolver), options_(options) {
        for (const TxtRecord& record : records) {
            watches_.emplace_back(record);
        }
    }

    /// Asks every server that is still to be asked, once.
    void round(milliseconds timeout, const std::stop_token& stop) {
        options_.mode == CheckMode::Recursive ? choose_resolvers() : find_servers(stop);
        std::vector<dns::Question> questions;
        std::vector<std::size_t> counts;
        for (const Watch& watch : watches_) {
            auto own = complete(watch) ? std::vector<dns::Question>{} : watch.questions(timeout);
            counts.push_back(own.size());
            std::ranges::move(own, std::back_inserter(questions));
        }
        const std::vector<dns::Answer> answers = resolver_.query_all(questions, stop);
        std::size_t first = 0;
        for (std::size_t i = 0; i < watches_.size(); ++i) {
            watches_[i].take(std::span(answers).subspan(first, counts[i]));
            first += counts[i];
        }
    }

    bool all_seen() const { return std::ranges::all_of(watches_, complete); }

    /// The zones of which no authoritative server has answered.
    std::set<std::string> unreached() const {
        std::set<std::string> zones;
        for (const Watch& watch : watches_) {
            if (!watch.recursive()) {
                zones.insert(watch.record().zone);
            }
        }
        for (const Watch& watch : watches_) {
            if (watch.reached()) {
                zones.erase(watch.record().zone);
            }
        }
        return zones;
    }

    void fall_back(const std::set<std::string>& zones) {
        const std::vector<dns::Server> servers = resolver_.servers();
        for (Watch& watch : watches_) {
            if (zones.contains(watch.record().zone)) {
                watch.watch_resolvers(servers);
            }
        }
    }

    std::vector<RecordView> views() const {
        std::vector<RecordView> views;
        for (const Watch& watch : watches_) {
            views.push_back(watch.view());
        }
        return views;
    }

    std::vector<RecordView> missing() const {
        std::vector<RecordView> views;
        for (const Watch& watch : watches_) {
            if (!watch.complete()) {
                views.push_back(watch.view());
            }
        }
        return views;
    }

    std::set<std::string> unaddressed() const {
        std::set<std::string> hosts;
        for (const Watch& watch : watches_) {
            hosts.insert(watch.unaddressed().begin(), watch.unaddressed().end());
        }
        return hosts;
    }

    std::size_t size() const { return watches_.size(); }

  private:
    static bool complete(const Watch& watch) { return watch.complete(); }

    void choose_resolvers() {
        const std::vector<dns::Server> servers = resolver_.servers();
        for (Watch& watch : watches_) {
            if (!watch.has_servers()) {
                watch.watch_resolvers(servers);
            }
        }
    }

    void find_servers(const std::stop_token& stop) {
        std::set<std::string> zones;
        for (const Watch& watch : watches_) {
            if (!watch.has_servers()) {
                zones.insert(watch.record().zone);
            }
        }
        if (zones.empty()) {
            return;
        }
        const auto servers = find_name_servers(resolver_, zones, stop);
        for (Watch& watch : watches_) {
            if (const auto found = servers.find(watch.record().zone);
                !watch.has_servers() && found != servers.end()) {
                watch.watch_authoritative(found->second, options_.authoritative_port);
            }
        }
    }

    dns::Resolver& resolver_;
    const PropagationOptions& options_;
    std::vector<Watch> watches_;
};

bool same(const RecordView& one, const RecordView& other) {
    return one.recursive == other.recursive &&
           std::ranges::equal(
               one.servers, other.servers, [](const ServerView& a, const ServerView& b) {
                   return a.host == b.host && a.seen == b.seen && a.answer == b.answer;
               });
}

void tell(const PropagationObserver& observer, const std::vector<RecordView>& before,
          const std::vector<RecordView>& now) {
    for (std::size_t i = 0; observer.viewed && i < now.size(); ++i) {
        if (!same(before[i], now[i])) {
            observer.viewed(now[i]);
        }
    }
}

void note(const PropagationObserver& observer, const std::string& line) {
    if (observer.noted) {
        observer.noted(line);
    }
}

std::string listed(const std::set<std::string>& names) {
    return join(std::vector<std::string>(names.begin(), names.end()), ", ");
}

/// What the resolvers say of records that no authoritative server has, where that is another thing
/// than any of them says.
std::vector<std::string> split_horizon(dns::Resolver& resolver,
                                       const std::vector<RecordView>& missing,
                                       const std::stop_token& stop) {
    std::vector<dns::Question> questions;
    for (const RecordView& view : missing) {
        questions.push_back({.name = view.record.name, .timeout = kTryTime});
    }
    const std::vector<dns::Answer> answers = resolver.query_all(questions, stop);
    std::vector<std::string> lines;
    for (std::size_t i = 0; i < missing.size() && lines.size() < kShownRecords; ++i) {
        const RecordView& view = missing[i];
        const std::string said = describe_answer(answers[i], view.record.value, true);
        const bool agreed =
            std::ranges::find(view.servers, said, &ServerView::answer) != view.servers.end();
        const bool comparable = !view.recursive && !view.servers.empty() && view.seen() == 0;
        if (comparable && answers[i].rcode && !agreed) {
            lines.push_back(fmt::format(
                "{}: split horizon: the resolver {} says: {}; the zone's own server {} says: {}",
                view.record.name, to_string(answers[i].server), said, view.servers.front().host,
                view.servers.front().answer));
        }
    }
    return lines;
}

/// What a person can do about servers that do not serve a record.
std::string way_out(const std::vector<RecordView>& missing) {
    const bool all_answer = std::ranges::all_of(missing, [](const RecordView& view) {
        return view.recursive || std::ranges::all_of(view.servers, [](const ServerView& server) {
                   return server.seen || server.absent;
               });
    });
    return all_answer ? "servers that are only slow: --propagation-timeout waits longer"
                      : "a server without a usable answer: mend it, take it out of the zone's NS "
                        "records, or ask the resolvers instead: --dns01-check=recursive";
}

std::string describe(const RecordView& view) {
    std::string text =
        fmt::format("\n  {} TXT, expected \"{}\"", view.record.name, printable(view.record.value));
    for (const std::string& host : view.unaddressed) {
        text += "\n    " + not_asked(host);
    }
    if (view.servers.empty() && view.unaddressed.empty()) {
        text += fmt::format("\n    the name servers of {} cannot be found", view.record.zone);
    }
    for (const ServerView& server : view.servers) {
        text +=
            fmt::format("\n    {} ({}): {}", server.host, to_string(server.server), server.answer);
    }
    return text;
}

Error timed_out(Duration timeout, const std::vector<RecordView>& missing, std::size_t total,
                const std::vector<std::string>& hints) {
    std::string text;
    for (const RecordView& view :
         std::span(missing).first(std::min(missing.size(), kShownRecords))) {
        text += describe(view);
    }
    if (missing.size() > kShownRecords) {
        text += fmt::format("\n  and {} more", missing.size() - kShownRecords);
    }
    for (const std::string& hint : hints) {
        text += "\n  " + hint;
    }
    text += "\n  " + way_out(missing);
    return {ErrorKind::TimedOut,
            fmt::format("{} of {} TXT records cannot be seen everywhere after {}{}", missing.size(),
                        total, human_duration(timeout), text)};
}

/// The first rounds are cut so that silent servers are known to be silent when kReachTime is over.
milliseconds try_time(Duration elapsed, bool reached) {
    if (reached || elapsed >= kReachTime) {
        return kTryTime;
    }
    const auto share = std::chrono::duration_cast<milliseconds>((kReachTime - elapsed) / kTries);
    return std::clamp(share, kShortestTry, kTryTime);
}

void pause(const Clock& clock, Duration duration, const std::stop_token& stop) {
    if (!clock.sleep_for(duration, stop)) {
        throw Error(ErrorKind::Cancelled, "stopped while the TXT records spread");
    }
}

/// Rounds until every server has every record.
void poll(dns::Resolver& resolver, const Clock& clock, Watches& watches,
          const PropagationOptions& options, const PropagationObserver& observer,
          const std::stop_token& stop) {
    const Time start = clock.now();
    Duration wait = kFirstPause;
    bool reached = false;
    std::set<std::string> unaddressed;
    std::vector<RecordView> before = watches.views();
    for (;;) {
        watches.round(try_time(clock.now() - start, reached), stop);
        if (stop.stop_requested()) {
            throw Error(ErrorKind::Cancelled, "stopped while the TXT records spread");
        }
        const std::vector<RecordView> now = watches.views();
        tell(observer, std::exchange(before, now), now);
        for (const std::string& host : watches.unaddressed()) {
            if (unaddressed.insert(host).second) {
                note(observer, not_asked(host));
            }
        }
        if (watches.all_seen()) {
            return;
        }
        const Duration elapsed = clock.now() - start;
        if (elapsed >= options.timeout) {
            const auto missing = watches.missing();
            const auto hints = split_horizon(resolver, missing, stop);
            std::ranges::for_each(hints, [&](const auto& hint) { note(observer, hint); });
            throw timed_out(options.timeout, missing, watches.size(), hints);
        }
        const std::set<std::string> unreached = watches.unreached();
        reached = unreached.empty();
        if (!reached && elapsed >= kReachTime) {
            note(observer, fmt::format("no name server of {} can be reached: asking the resolvers "
                                       "instead",
                                       listed(unreached)));
            watches.fall_back(unreached);
            before = watches.views();
            continue;
        }
        const Duration until = reached ? options.timeout : std::min(kReachTime, options.timeout);
        pause(clock, std::min(wait, until - elapsed), stop);
        wait = std::min(wait * 8 / 5, kLongestPause);
    }
}

}  // namespace

std::string not_asked(const std::string& host) {
    return fmt::format("name server {} is not asked: no address of it can be found",
                       printable(host));
}

std::size_t RecordView::seen() const {
    return static_cast<std::size_t>(std::ranges::count(servers, true, &ServerView::seen));
}

std::vector<RecordView> survey(dns::Resolver& resolver, std::span<const TxtRecord> records,
                               const PropagationOptions& options, std::stop_token stop) {
    Watches watches(resolver, records, options);
    if (options.mode != CheckMode::None) {
        watches.round(kTryTime, stop);
    }
    if (stop.stop_requested()) {
        throw Error(ErrorKind::Cancelled, "stopped");
    }
    return watches.views();
}

void await_propagation(dns::Resolver& resolver, const Clock& clock,
                       std::span<const TxtRecord> records, const PropagationOptions& options,
                       const PropagationObserver& observer, std::stop_token stop) {
    if (options.mode != CheckMode::None && !records.empty()) {
        Watches watches(resolver, records, options);
        poll(resolver, clock, watches, options, observer, stop);
    }
    if (options.extra_wait > Duration::zero()) {
        pause(clock, options.extra_wait, stop);
    }
}

}  // namespace kcert::dns01
