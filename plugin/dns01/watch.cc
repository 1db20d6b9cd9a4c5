// SPDX-License-Identifier: Apache-2.0

#include "dns01/watch.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"

namespace kcert::dns01 {
namespace {

constexpr std::string_view kSeen = "seen";
constexpr std::size_t kShownValues = 3;
constexpr std::size_t kShownLength = 64;

std::vector<std::string> texts(const dns::Answer& answer) {
    std::vector<std::string> values;
    for (const dns::Record& record : answer.answers) {
        if (record.type == dns::RecordType::Txt) {
            values.push_back(record.data);
        }
    }
    std::ranges::sort(values);
    return values;
}

/// The error without the server's address, which stands beside it in a view.
std::string without_server(std::string error, const dns::Server& server) {
    const std::string address = to_string(server);
    for (const std::string& words : {address + ": ", " from " + address}) {
        if (const std::size_t at = error.find(words); at != std::string::npos) {
            error.erase(at, words.size());
        }
    }
    return error;
}

std::string other_values(const std::vector<std::string>& values) {
    std::vector<std::string> shown;
    for (const std::string& value : values) {
        if (shown.size() < kShownValues) {
            const bool whole = value.size() <= kShownLength;
            shown.push_back(fmt::format("\"{}{}\"", printable(value.substr(0, kShownLength)),
                                        whole ? "" : "…"));
        }
    }
    if (values.size() > kShownValues) {
        shown.push_back(fmt::format("and {} more", values.size() - kShownValues));
    }
    return "other values: " + join(shown, ", ");
}

std::string describe_rcode(dns::Rcode rcode) {
    switch (rcode) {
        case dns::Rcode::NxDomain:
            return "no such name";
        case dns::Rcode::NoError:
            return "no TXT record";
        case dns::Rcode::Refused:
            return "refused";
        case dns::Rcode::ServFail:
            return "server failure";
        default:
            return std::string(to_string(rcode));
    }
}

std::string host_name(const dns::Server& server) {
    return server.port == 53 ? server.address : to_string(server);
}

}  // namespace

std::string describe_answer(const dns::Answer& answer, std::string_view value, bool recursive) {
    if (!answer.rcode) {
        return without_server(answer.error, answer.server);
    }
    const std::vector<std::string> values = texts(answer);
    if (std::ranges::find(values, value) != values.end()) {
        return std::string(kSeen);
    }
    const bool lame = !recursive && !answer.authoritative && *answer.rcode != dns::Rcode::Refused;
    return (lame ? "not authoritative: " : "") +
           (values.empty() ? describe_rcode(*answer.rcode) : other_values(values));
}

bool Watch::Host::answered() const {
    return std::ranges::any_of(addresses, &Address::answered);
}

bool Watch::Host::seen() const {
    return answered() && std::ranges::all_of(addresses, [](const Address& address) {
               return address.seen || !address.answered;
           });
}

const Watch::Address& Watch::Host::speaker() const {
    const Address* best = &addresses.front();
    for (const Address& address : addresses) {
        const bool worse = address.answered && best->seen && !address.seen;
        if (worse || (address.answered && !best->answered)) {
            best = &address;
        }
    }
    return *best;
}

bool Watch::Host::worth_asking(const Address& address) const {
    return !address.seen && (address.answered || !answered());
}

void Watch::watch_authoritative(std::span<const NameServer> servers, std::uint16_t port) {
    hosts_.clear();
    unaddressed_.clear();
    for (const NameServer& server : servers) {
        if (server.addresses.empty()) {
            unaddressed_.push_back(server.host);
            continue;
        }
        Host host{.name = server.host};
        for (const std::string& address : server.addresses) {
            host.addresses.push_back({.server = {.address = address, .port = port}});
        }
        hosts_.push_back(std::move(host));
    }
}

void Watch::watch_resolvers(std::span<const dns::Server> servers) {
    recursive_ = true;
    hosts_.clear();
    for (const dns::Server& server : servers) {
        hosts_.push_back({.name = host_name(server), .addresses = {{.server = server}}});
    }
}

std::vector<dns::Question> Watch::questions(std::chrono::milliseconds timeout) const {
    std::vector<dns::Question> questions;
    for (const Host& host : hosts_) {
        for (const Address& address : host.addresses) {
            if (host.worth_asking(address)) {
                questions.push_back({.name = record_.name,
                                     .type = dns::RecordType::Txt,
                                     .servers = {address.server},
                                     .recursive = recursive_,
                                     .timeout = timeout});
            }
        }
    }
    return questions;
}

void Watch::take(std::span<const dns::Answer> answers) {
    std::vector<Address*> asked;
    for (Host& host : hosts_) {
        for (Address& address : host.addresses) {
            if (host.worth_asking(address)) {
                asked.push_back(&address);
            }
        }
    }
    for (std::size_t i = 0; i < asked.size() && i < answers.size(); ++i) {
        asked[i]->answered = asked[i]->answered || answers[i].rcode;
        asked[i]->answer = describe_answer(answers[i], record_.value, recursive_);
        asked[i]->seen = asked[i]->answer == kSeen;
        asked[i]->absent = !asked[i]->seen && (answers[i].rcode == dns::Rcode::NoError ||
                                               answers[i].rcode == dns::Rcode::NxDomain);
    }
}

bool Watch::reached() const {
    return std::ranges::any_of(hosts_, &Host::answered);
}

bool Watch::complete() const {
    return std::ranges::any_of(hosts_, &Host::seen) &&
           std::ranges::all_of(hosts_, [&](const Host& host) {
               return host.seen() || (recursive_ && !host.answered());
           });
}

RecordView Watch::view() const {
    RecordView view{.record = record_, .unaddressed = unaddressed_, .recursive = recursive_};
    for (const Host& host : hosts_) {
        const Address& speaker = host.speaker();
        view.servers.push_back({.host = host.name,
                                .server = speaker.server,
                                .seen = host.seen(),
                                .absent = speaker.absent,
                                .answer = speaker.answer});
    }
    return view;
}

}  // namespace kcert::dns01
