// SPDX-License-Identifier: Apache-2.0

#include "dns01/caa.h"

#include <map>
#include <set>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace kcert::dns01 {
namespace {

using Known = std::map<std::string, dns::Answer>;

Known ask(dns::Resolver& resolver, const std::set<std::string>& names,
          const std::stop_token& stop) {
    std::vector<dns::Question> questions;
    for (const std::string& name : names) {
        questions.push_back({.name = name, .type = dns::RecordType::Caa});
    }
    std::vector<dns::Answer> answers = resolver.query_all(questions, stop);
    if (stop.stop_requested()) {
        throw Error(ErrorKind::Cancelled, "stopped");
    }
    Known known;
    for (std::size_t i = 0; i < questions.size(); ++i) {
        known.emplace(questions[i].name, std::move(answers[i]));
    }
    return known;
}

/// A domain and all above it, the root aside.
std::vector<std::string> path_of(std::string_view domain) {
    std::vector<std::string> path;
    std::string name = dns::fqdn(domain.starts_with("*.") ? domain.substr(2) : domain);
    for (; name != "."; name = dns::parent(name)) {
        path.push_back(name);
    }
    return path;
}

Caa closest(const std::vector<std::string>& path, const Known& known) {
    for (const std::string& name : path) {
        const dns::Answer& answer = known.at(name);
        if (answer.rcode != dns::Rcode::NoError && answer.rcode != dns::Rcode::NxDomain) {
            return Error(answer.rcode ? ErrorKind::Declined : ErrorKind::Transport,
                         fmt::format("{} to CAA {}", summary(answer), name));
        }
        std::vector<std::string> records;
        for (const dns::Record& record : answer.answers) {
            if (record.type == dns::RecordType::Caa) {
                records.push_back(record.data);
            }
        }
        if (!records.empty()) {
            return records;
        }
    }
    return std::vector<std::string>();
}

}  // namespace

std::vector<Caa> relevant_caa(dns::Resolver& resolver, std::span<const std::string> domains,
                              std::stop_token stop) {
    std::vector<std::vector<std::string>> paths;
    std::set<std::string> names;
    for (const std::string& domain : domains) {
        paths.push_back(path_of(domain));
        names.insert(paths.back().begin(), paths.back().end());
    }
    const Known known = ask(resolver, names, stop);
    std::vector<Caa> found;
    for (const std::vector<std::string>& path : paths) {
        found.push_back(closest(path, known));
    }
    return found;
}

}  // namespace kcert::dns01
