// SPDX-License-Identifier: Apache-2.0

#include "dns01/name_servers.h"

#include <algorithm>
#include <utility>

namespace kcert::dns01 {
namespace {

// More than any zone has; a zone is not ours, and may list thousands.
constexpr std::size_t kMaxHosts = 16;
constexpr std::size_t kMaxAddresses = 8;

std::vector<std::string> data_of(const dns::Answer& answer, dns::RecordType type,
                                 std::size_t limit) {
    std::vector<std::string> data;
    for (const dns::Record& record : answer.answers) {
        const bool fresh = std::ranges::find(data, record.data) == data.end();
        if (record.type == type && fresh && data.size() < limit) {
            data.push_back(record.data);
        }
    }
    std::ranges::sort(data);
    return data;
}

std::map<std::string, std::vector<std::string>> addresses_of(dns::Resolver& resolver,
                                                             const std::set<std::string>& hosts,
                                                             std::stop_token stop) {
    std::vector<dns::Question> questions;
    for (const std::string& host : hosts) {
        questions.push_back({.name = host, .type = dns::RecordType::A});
        questions.push_back({.name = host, .type = dns::RecordType::Aaaa});
    }
    const std::vector<dns::Answer> answers = resolver.query_all(questions, std::move(stop));
    std::map<std::string, std::vector<std::string>> addresses;
    for (std::size_t i = 0; i < questions.size(); ++i) {
        std::ranges::move(data_of(answers[i], questions[i].type, kMaxAddresses),
                          std::back_inserter(addresses[questions[i].name]));
    }
    return addresses;
}

}  // namespace

std::map<std::string, std::vector<NameServer>> find_name_servers(dns::Resolver& resolver,
                                                                 const std::set<std::string>& zones,
                                                                 std::stop_token stop) {
    std::vector<dns::Question> questions;
    for (const std::string& zone : zones) {
        questions.push_back({.name = zone, .type = dns::RecordType::Ns});
    }
    const std::vector<dns::Answer> answers = resolver.query_all(questions, stop);
    std::map<std::string, std::vector<std::string>> hosts_of;
    std::set<std::string> hosts;
    for (std::size_t i = 0; i < questions.size(); ++i) {
        hosts_of[questions[i].name] = data_of(answers[i], dns::RecordType::Ns, kMaxHosts);
        hosts.insert(hosts_of[questions[i].name].begin(), hosts_of[questions[i].name].end());
    }
    const auto addresses = addresses_of(resolver, hosts, std::move(stop));
    std::map<std::string, std::vector<NameServer>> servers;
    for (const auto& [zone, names] : hosts_of) {
        for (const std::string& host : names) {
            servers[zone].push_back({host, addresses.at(host)});
        }
    }
    return servers;
}

}  // namespace kcert::dns01
