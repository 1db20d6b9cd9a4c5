// SPDX-License-Identifier: Apache-2.0
//
// One record under observation: which servers are asked for it, and what each said last. Pure:
// questions go out of it and answers come in.

#pragma once

#include <chrono>
#include <span>
#include <string>
#include <vector>

#include "dns/resolver.h"
#include "dns01/name_servers.h"
#include "dns01/propagation.h"

namespace kcert::dns01 {

class Watch {
  public:
    explicit Watch(TxtRecord record) : record_(std::move(record)) {}

    void watch_authoritative(std::span<const NameServer> servers, std::uint16_t port);
    void watch_resolvers(std::span<const dns::Server> servers);

    /// What is still to be asked: not a server that has the value, nor an address of a host that
    /// can be reached by another one.
    std::vector<dns::Question> questions(std::chrono::milliseconds timeout) const;
    /// The answers to questions(), in its order.
    void take(std::span<const dns::Answer> answers);

    const TxtRecord& record() const { return record_; }
    bool recursive() const { return recursive_; }
    bool has_servers() const { return !hosts_.empty(); }
    /// The zone's name servers of which no address is found: they are not asked.
    const std::vector<std::string>& unaddressed() const { return unaddressed_; }
    /// Some server has answered at least once.
    bool reached() const;
    /// Every server has it. A resolver that never answers does not count where another one has it.
    bool complete() const;
    RecordView view() const;

  private:
    struct Address {
        dns::Server server;
        bool answered = false;
        bool seen = false;
        bool absent = false;  ///< it said that it has no such value
        std::string answer = "not asked yet";
    };
    struct Host {
        std::string name;
        std::vector<Address> addresses;

        bool answered() const;
        bool seen() const;
        /// Whose answer stands for the host: the worst of those that answered.
        const Address& speaker() const;
        bool worth_asking(const Address& address) const;
    };

    TxtRecord record_;
    bool recursive_ = false;
    std::vector<Host> hosts_;
    std::vector<std::string> unaddressed_;
};

/// What an answer says about a TXT value: "seen", "no such name", "other values: "abc"" …
std::string describe_answer(const dns::Answer& answer, std::string_view value, bool recursive);

}  // namespace kcert::dns01
