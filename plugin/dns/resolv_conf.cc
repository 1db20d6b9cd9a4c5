// SPDX-License-Identifier: Apache-2.0

#include "base/text.h"
#include "dns/ldns_resolver.h"

namespace kcert::dns {
namespace {

// MAXNS of resolv.h: libc reads no more.
constexpr std::size_t kMaxServers = 3;
constexpr std::string_view kKeyword = "nameserver";

std::optional<Server> read_line(std::string_view line) {
    if (!line.starts_with(kKeyword)) {
        return std::nullopt;
    }
    line.remove_prefix(kKeyword.size());
    if (!line.starts_with(' ') && !line.starts_with('\t')) {
        return std::nullopt;
    }
    line = trim(line);
    return parse_server(line.substr(0, line.find_first_of(" \t#;")));
}

}  // namespace

std::vector<Server> parse_resolv_conf(std::string_view text) {
    std::vector<Server> servers;
    for (const std::string& line : split(text, '\n')) {
        if (auto server = read_line(line); server && servers.size() < kMaxServers) {
            servers.push_back(std::move(*server));
        }
    }
    if (servers.empty()) {
        servers.push_back({.address = "127.0.0.1"});
    }
    return servers;
}

}  // namespace kcert::dns
