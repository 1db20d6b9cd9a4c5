// SPDX-License-Identifier: Apache-2.0

#include "dns/ldns_resolver.h"

#include <algorithm>
#include <deque>

#include <fmt/format.h>

#include "base/text.h"
#include "dns/exchange.h"
#include "dns/message.h"

namespace kcert::dns {
namespace {

/// A question on its way: the packet that is out, and the best answer so far.
class Lookup {
  public:
    explicit Lookup(Question question) : question_(std::move(question)) {}

    const Question& question() const { return question_; }

    /// The exchange refers to this lookup.
    Exchange exchange() {
        return {
            .servers = question_.servers,
            .timeout = question_.timeout,
            .packet = [this] { return query_ = encode_query(question_, edns_); },
            .judge = [this](std::string_view wire,
                            const Server& server) { return judge(wire, server); },
        };
    }

    Answer answer(const Outcome& outcome) const {
        if (best_.rcode) {
            return best_;
        }
        const bool unasked = outcome.error.empty();
        return {.server = outcome.server,
                .error = unasked ? printable(question_.name) + " is no DNS name" : outcome.error};
    }

  private:
    Verdict judge(std::string_view wire, const Server& server);

    Question question_;
    Edns edns_ = Edns::On;
    std::string query_;
    Answer best_;
};

Verdict Lookup::judge(std::string_view wire, const Server& server) {
    Reading reading = decode_answer(wire, query_);
    if (reading.kind != Reading::Kind::Whole) {
        return reading.kind == Reading::Kind::Truncated ? Verdict::Truncated : Verdict::Foreign;
    }
    const Rcode rcode = *reading.answer.rcode;
    if (edns_ == Edns::On && (rcode == Rcode::FormErr || rcode == Rcode::NotImp)) {
        edns_ = Edns::Off;  // RFC 6891 §7: a server older than EDNS
        return Verdict::Again;
    }
    best_ = std::move(reading.answer);
    best_.server = server;
    const bool useful = rcode == Rcode::NoError || rcode == Rcode::NxDomain;
    return useful ? Verdict::Final : Verdict::NextServer;
}

bool same(const Question& one, const Question& other) {
    return one.name == other.name && one.type == other.type && one.servers == other.servers &&
           one.recursive == other.recursive && one.timeout == other.timeout;
}

}  // namespace

std::vector<Answer> LdnsResolver::query_all(std::span<const Question> questions,
                                            std::stop_token stop) {
    std::deque<Lookup> lookups;
    std::vector<std::size_t> lookup_of;
    for (Question question : questions) {
        question.name = fqdn(question.name);
        if (question.servers.empty()) {
            question.servers = servers_;
        }
        const auto twin = std::find_if(lookups.begin(), lookups.end(), [&](const Lookup& lookup) {
            return same(lookup.question(), question);
        });
        lookup_of.push_back(static_cast<std::size_t>(twin - lookups.begin()));
        if (twin == lookups.end()) {
            lookups.emplace_back(std::move(question));
        }
    }
    std::vector<Exchange> exchanges;
    for (Lookup& lookup : lookups) {
        exchanges.push_back(lookup.exchange());
    }
    const std::vector<Outcome> outcomes = exchange_all(exchanges, std::move(stop));
    std::vector<Answer> answers;
    for (const std::size_t index : lookup_of) {
        answers.push_back(lookups[index].answer(outcomes[index]));
    }
    return answers;
}

}  // namespace kcert::dns
