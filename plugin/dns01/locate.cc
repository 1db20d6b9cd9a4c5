// SPDX-License-Identifier: Apache-2.0

#include "dns01/locate.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"

namespace kcert::dns01 {
namespace {

using dns::Answer;
using dns::RecordType;

constexpr std::size_t kMaxHops = 10;
/// Of a name: an owner and its CNAMEs, a wildcard look and a climb for each, and some to spare.
constexpr int kMaxRounds = 40;
constexpr std::size_t kShownErrors = 5;

using Key = std::pair<std::string, RecordType>;
using Keys = std::vector<Key>;
using Known = std::map<Key, Answer>;

/// Asks what is not known yet, in one batch.
void learn(dns::Resolver& resolver, const std::set<Key>& keys, Known& known,
           const std::stop_token& stop) {
    std::vector<dns::Question> questions;
    for (const auto& [name, type] : keys) {
        questions.push_back({.name = name, .type = type});
    }
    std::vector<Answer> answers = resolver.query_all(questions, stop);
    if (stop.stop_requested()) {
        throw Error(ErrorKind::Cancelled, "stopped");
    }
    for (std::size_t i = 0; i < questions.size(); ++i) {
        known[{questions[i].name, questions[i].type}] = std::move(answers[i]);
    }
}

std::vector<std::string> ancestors(std::string name) {
    std::vector<std::string> names;
    for (name = dns::parent(name); name != "."; name = dns::parent(name)) {
        names.push_back(name);
    }
    return names;
}

std::string wildcard_beside(const std::string& name) {
    const std::string parent = dns::parent(name);
    return parent == "." ? "*." : "*." + parent;
}

const dns::Record* find(const std::vector<dns::Record>& records, RecordType type,
                        std::string_view name) {
    const auto found = std::ranges::find_if(records, [&](const dns::Record& record) {
        return record.type == type && record.name == name;
    });
    return found == records.end() ? nullptr : &*found;
}

/// The apex that an answer about `name` tells: by the SOA itself, or by the one that a negative
/// answer carries (RFC 2308 §2), which is that of the zone the name would stand in.
std::optional<std::string> apex_of(const Answer& answer, std::string_view name) {
    for (const auto* section : {&answer.answers, &answer.authority}) {
        for (const dns::Record& record : *section) {
            if (record.type == RecordType::Soa && dns::is_within(name, record.name)) {
                return record.name;
            }
        }
    }
    return std::nullopt;
}

bool is_referral(const Answer& answer) {
    return answer.answers.empty() && std::ranges::any_of(answer.authority, [](const auto& record) {
               return record.type == RecordType::Ns;
           });
}

/// A failure that other resolvers might not meet.
class Unresolved : public Error {
  public:
    using Error::Error;
};

/// What to do about it.
std::string advice(const dns::Resolver& resolver) {
    std::vector<std::string> asked;
    for (const dns::Server& server : resolver.servers()) {
        asked.push_back(to_string(server));
    }
    return fmt::format(
        " (asked: {}; check the network, the name and that its domain is delegated to its name "
        "servers, or ask other resolvers: --dns01-recursive-nameservers HOST:PORT)",
        asked.empty() ? "no resolver" : join(asked, ", "));
}

/// Throws where the answer is none to build on. A name that does not exist is a good answer.
void require_usable(const Answer& answer, const Key& key) {
    const std::string about = fmt::format("to SOA {}", key.first);
    if (!answer.rcode) {
        throw Unresolved(ErrorKind::Transport, fmt::format("{} {}", summary(answer), about));
    }
    if (*answer.rcode != dns::Rcode::NoError && *answer.rcode != dns::Rcode::NxDomain) {
        throw Unresolved(ErrorKind::Declined, fmt::format("{} {}", summary(answer), about));
    }
    if (is_referral(answer) && !apex_of(answer, key.first)) {
        throw Unresolved(
            ErrorKind::Declined,
            fmt::format("{} refers to other servers {}: it does not resolve recursively",
                        to_string(answer.server), about));
    }
}

/// One name's way through what is known so far: pure, run again from the start after each round.
class Walk {
  public:
    Walk(const LocateRequest& request, const Known& known) : request_(request), known_(known) {}

    /// The location, or the questions that stand in its way.
    std::variant<Location, Keys> run();

  private:
    std::variant<Location, Keys> climb();
    std::variant<Location, Keys> found_at(const std::string& apex, const Answer& answer);
    void follow(const std::string& target);
    const Answer* known(const Key& key) const;

    const LocateRequest& request_;
    const Known& known_;
    Location location_;
};

const Answer* Walk::known(const Key& key) const {
    const auto found = known_.find(key);
    return found == known_.end() ? nullptr : &found->second;
}

std::variant<Location, Keys> Walk::run() {
    location_.name = dns::fqdn(request_.name);
    for (;;) {
        const Key owner{location_.name, RecordType::Soa};
        const Answer* answer = known(owner);
        if (!answer) {
            return Keys{owner};
        }
        if (answer->rcode == dns::Rcode::ServFail) {
            // A resolver chases CNAMEs, and fails where they go in a circle; asked for the CNAME
            // itself it does not chase (RFC 1034 §3.6.2).
            const Key itself{location_.name, RecordType::Cname};
            const Answer* direct = known(itself);
            if (!direct) {
                return Keys{itself};
            }
            answer = find(direct->answers, RecordType::Cname, location_.name) ? direct : answer;
        }
        require_usable(*answer, owner);
        const dns::Record* alias = find(answer->answers, RecordType::Cname, location_.name);
        if (!alias) {
            const std::optional<std::string> apex = apex_of(*answer, location_.name);
            return apex ? found_at(*apex, *answer) : climb();
        }
        const Key beside{wildcard_beside(location_.name), RecordType::Cname};
        const Answer* wildcard = known(beside);
        if (!wildcard) {
            return Keys{beside};
        }
        const dns::Record* sibling = find(wildcard->answers, RecordType::Cname, beside.first);
        if (sibling && sibling->data == alias->data) {
            return climb();
        }
        follow(alias->data);
    }
}

/// Goes on at the target of a CNAME that stands at the name itself.
void Walk::follow(const std::string& target) {
    if (request_.strategy == CnameStrategy::None) {
        throw Error(ErrorKind::Declined,
                    fmt::format("{} is a CNAME to {}, and no TXT record can stand beside it: set "
                                "cnameStrategy: Follow on the solver, or remove the CNAME",
                                location_.name, target));
    }
    location_.cnames.push_back(location_.name);
    if (std::ranges::find(location_.cnames, target) != location_.cnames.end()) {
        throw Error(ErrorKind::Declined, fmt::format("its CNAMEs go in a circle: {} -> {}",
                                                     join(location_.cnames, " -> "), target));
    }
    if (location_.cnames.size() > kMaxHops) {
        throw Error(ErrorKind::Declined,
                    fmt::format("more than {} CNAMEs in a row: {} -> {}", kMaxHops,
                                join(location_.cnames, " -> "), target));
    }
    location_.name = target;
}

/// Asks for the SOA of every ancestor at once, and takes the closest that has one. An ancestor that
/// is a CNAME tells of another tree.
std::variant<Location, Keys> Walk::climb() {
    Keys missing;
    for (const std::string& name : ancestors(location_.name)) {
        if (const Key key{name, RecordType::Soa}; !known(key)) {
            missing.push_back(key);
        }
    }
    if (!missing.empty()) {
        return missing;
    }
    std::string last = "no server was asked";
    for (const std::string& name : ancestors(location_.name)) {
        const Key key{name, RecordType::Soa};
        const Answer& answer = *known(key);
        require_usable(answer, key);
        if (find(answer.answers, RecordType::Cname, name)) {
            continue;
        }
        if (const auto apex = apex_of(answer, name)) {
            return found_at(*apex, answer);
        }
        last = fmt::format("{} to SOA {}", summary(answer), name);
    }
    throw Unresolved(ErrorKind::Declined, "no zone holds it: " + last);
}

std::variant<Location, Keys> Walk::found_at(const std::string& apex, const Answer& answer) {
    if (apex == ".") {
        throw Unresolved(
            ErrorKind::Declined,
            fmt::format("no zone holds it: {}, and the closest zone is the root", summary(answer)));
    }
    location_.zone = apex;
    return location_;
}

/// How one request ended.
struct End {
    Located located;
    bool unresolved = false;  ///< advice() helps
};

/// The end of the way, or the questions that stand in it.
std::variant<End, Keys> walk(const LocateRequest& request, const Known& known) {
    try {
        auto step = while_doing("finding the zone of " + printable(request.name),
                                [&] { return Walk(request, known).run(); });
        if (auto* keys = std::get_if<Keys>(&step)) {
            return std::move(*keys);
        }
        return End{std::get<Location>(std::move(step))};
    } catch (const Unresolved& error) {
        return End{error, true};
    } catch (const Error& error) {
        return End{error};
    }
}

std::vector<End> walk_all(dns::Resolver& resolver, std::span<const LocateRequest> requests,
                          const std::stop_token& stop) {
    Known known;
    for (int round = 0; round < kMaxRounds; ++round) {
        std::vector<End> ends;
        std::set<Key> missing;
        for (const LocateRequest& request : requests) {
            auto step = walk(request, known);
            if (auto* end = std::get_if<End>(&step)) {
                ends.push_back(std::move(*end));
            } else {
                const Keys& keys = std::get<Keys>(step);
                missing.insert(keys.begin(), keys.end());
            }
        }
        if (missing.empty()) {
            return ends;
        }
        learn(resolver, missing, known, stop);
    }
    throw Error(ErrorKind::Internal, "finding the zones takes too many rounds");
}

/// All that went wrong, in one Error.
[[noreturn]] void throw_all(const std::vector<Error>& errors, const std::string& advice) {
    std::vector<std::string> lines;
    for (const Error& error : errors) {
        if (lines.size() < kShownErrors) {
            lines.emplace_back(error.what());
        }
    }
    if (errors.size() > kShownErrors) {
        lines.push_back(fmt::format("and {} more", errors.size() - kShownErrors));
    }
    throw Error(errors.front().kind(), join(lines, "; ") + advice);
}

}  // namespace

std::vector<Located> locate_each(dns::Resolver& resolver, std::span<const LocateRequest> requests,
                                 std::stop_token stop) {
    std::vector<Located> located;
    for (End& end : walk_all(resolver, requests, stop)) {
        const auto* error = std::get_if<Error>(&end.located);
        located.push_back(error != nullptr && end.unresolved
                              ? Error(error->kind(), error->what() + advice(resolver))
                              : std::move(end.located));
    }
    return located;
}

std::vector<Location> locate_all(dns::Resolver& resolver, std::span<const LocateRequest> requests,
                                 std::stop_token stop) {
    std::vector<Location> locations;
    std::vector<Error> errors;
    bool unresolved = false;
    for (End& end : walk_all(resolver, requests, stop)) {
        if (auto* location = std::get_if<Location>(&end.located)) {
            locations.push_back(std::move(*location));
        } else {
            errors.push_back(std::get<Error>(end.located));
            unresolved = unresolved || end.unresolved;
        }
    }
    if (!errors.empty()) {
        throw_all(errors, unresolved ? advice(resolver) : "");
    }
    return locations;
}

}  // namespace kcert::dns01
