// SPDX-License-Identifier: Apache-2.0
//
// Packets to servers and their answers, many at once: one poll() loop in the caller's thread drives
// the sockets of a batch, at most 64 at a time. Knows who is asked when and how, not what is asked.

#pragma once

#include <chrono>
#include <functional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "dns/resolver.h"
#include "dns/socket.h"

namespace kcert::dns {

enum class Verdict {
    Foreign,     ///< no answer to this packet: listening goes on
    Truncated,   ///< the same server is asked again over TCP
    Again,       ///< the same server is asked once more, with another packet()
    NextServer,  ///< of no use: this server is not asked again
    Final,
};

/// Asks each server over UDP, then each again, then each over TCP, until an answer is final.
struct Exchange {
    std::vector<Server> servers;
    Protocol protocol = Protocol::Udp;         ///< Tcp: never UDP, for packets too large for it
    std::chrono::milliseconds timeout{2'000};  ///< of one try
    std::function<std::string()> packet;       ///< written anew for each try; empty ends it
    std::function<Verdict(std::string_view answer, const Server& server)> judge;
};

struct Outcome {
    bool final = false;  ///< an answer was judged so
    Server server;       ///< the one asked last
    std::string error;   ///< else: what became of each server
};

/// In the order of the exchanges. When `stop` is requested the rest ends at once with an error.
std::vector<Outcome> exchange_all(std::span<const Exchange> exchanges, std::stop_token stop);

}  // namespace kcert::dns
