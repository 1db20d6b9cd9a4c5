// SPDX-License-Identifier: Apache-2.0
//
// The real Resolver: ldns writes and reads the packets, one poll() loop per query_all() drives all
// sockets of the batch. UDP with EDNS0 (1232 bytes), one retry, TCP where truncated.

#pragma once

#include <utility>
#include <vector>

#include "dns/resolver.h"

namespace kcert::dns {

class LdnsResolver final : public Resolver {
  public:
    /// `servers` are the recursive ones; at least one.
    explicit LdnsResolver(std::vector<Server> servers) : servers_(std::move(servers)) {}

    std::vector<Answer> query_all(std::span<const Question> questions,
                                  std::stop_token stop) override;
    std::vector<Server> servers() const override { return servers_; }

  private:
    std::vector<Server> servers_;
};

/// The nameserver lines of a resolv.conf text; 127.0.0.1 where it has none, as libc does.
std::vector<Server> parse_resolv_conf(std::string_view text);

}  // namespace kcert::dns
