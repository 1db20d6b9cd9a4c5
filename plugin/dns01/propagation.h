// SPDX-License-Identifier: Apache-2.0
//
// Whether the world can see the records that were placed. Asks every authoritative server of each
// zone, in parallel, until each serves the value; no fixed sleep before or after.

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.h"
#include "dns/resolver.h"
#include "dns01/provider.h"

namespace kcert::dns01 {

enum class CheckMode { Authoritative, Recursive, None };

struct PropagationOptions {
    CheckMode mode = CheckMode::Authoritative;
    Duration timeout = std::chrono::minutes(5);
    Duration extra_wait{};  ///< after the last sighting, for anycast DNS
    std::uint16_t authoritative_port = 53;
};

/// What one server says about one record.
struct ServerView {
    std::string host;  ///< "ns2.example.com.", or the address where it has no name
    dns::Server server;
    bool seen = false;
    bool absent = false;  ///< by the server's own word it has no such value
    std::string answer;   ///< "no such name", "other values: "abc"", "no answer within 2s"
};

struct RecordView {
    TxtRecord record;
    std::vector<ServerView> servers;
    std::vector<std::string> unaddressed;  ///< name servers without an address: not asked
    bool recursive = false;  ///< the resolvers were asked, since no authoritative server answered
    std::size_t seen() const;
};

/// What is told of an unaddressed name server.
std::string not_asked(const std::string& host);

struct PropagationObserver {
    std::function<void(const RecordView&)>
        viewed;  ///< after each round, for each record that changed
    std::function<void(const std::string&)>
        noted;  ///< one line: a server without address, fallback to resolvers, split horizon
};

/// Asks each server once.
std::vector<RecordView> survey(dns::Resolver& resolver, std::span<const TxtRecord> records,
                               const PropagationOptions& options, std::stop_token stop);

/// Polls (100 ms growing to 5 s) until every server serves every record. Where no authoritative
/// server can be reached within 5 s the resolvers are asked instead. Throws Error{TimedOut} that
/// lists each server with what it answered and what was expected; Error{Cancelled}.
void await_propagation(dns::Resolver& resolver, const Clock& clock,
                       std::span<const TxtRecord> records, const PropagationOptions& options,
                       const PropagationObserver& observer, std::stop_token stop);

}  // namespace kcert::dns01
