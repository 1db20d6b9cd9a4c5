// SPDX-License-Identifier: Apache-2.0
//
// FakeDns is a small DNS in memory: zones with their name servers, records on all of them or on one
// alone, and a resolver (192.0.2.53) that follows CNAMEs and wildcards. It keeps every batch of
// questions for the test to look at. Any thread may call.

#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "dns/resolver.h"

namespace kcert::testing {

class FakeDns final : public dns::Resolver {
  public:
    struct Host {
        std::string name;
        std::vector<std::string> addresses;
    };

    static constexpr const char* kResolver = "192.0.2.53";

    /// Without hosts: ns1 of the zone, at 192.0.2.1.
    void add_zone(std::string_view apex, std::vector<Host> hosts = {}) {
        const std::lock_guard lock(mutex_);
        const std::string name = dns::fqdn(apex);
        if (hosts.empty()) {
            hosts.push_back({"ns1." + (name == "." ? "" : name), {"192.0.2.1"}});
        }
        zones_[name] = std::move(hosts);
    }

    void add(std::string_view name, dns::RecordType type, std::string data) {
        add_at("", name, type, std::move(data));
    }

    /// Only at one server; kResolver: only in what the resolver says.
    void add_at(std::string_view address, std::string_view name, dns::RecordType type,
                std::string data) {
        const std::lock_guard lock(mutex_);
        entries_.push_back({std::string(address), {dns::fqdn(name), type, 60, std::move(data)}});
    }

    void remove(std::string_view name, dns::RecordType type, std::string_view data) {
        const std::lock_guard lock(mutex_);
        std::erase_if(entries_, [&](const Entry& entry) {
            return entry.record.name == dns::fqdn(name) && entry.record.type == type &&
                   entry.record.data == data;
        });
    }

    /// The values of the TXT records at a name that stand on all servers.
    std::vector<std::string> texts(std::string_view name) const {
        const std::lock_guard lock(mutex_);
        std::vector<std::string> values;
        for (const dns::Record& record : at(dns::fqdn(name), kResolver)) {
            if (record.type == dns::RecordType::Txt) {
                values.push_back(record.data);
            }
        }
        return values;
    }

    /// The server at that address answers no more; kResolver: the resolver.
    void silence(std::string address) {
        const std::lock_guard lock(mutex_);
        silent_.insert(std::move(address));
    }

    void unsilence(const std::string& address) {
        const std::lock_guard lock(mutex_);
        silent_.erase(address);
    }

    /// The resolver answers every question for that name so.
    void fail(std::string_view name, dns::Rcode rcode) {
        const std::lock_guard lock(mutex_);
        failing_[dns::fqdn(name)] = rcode;
    }

    std::vector<dns::Answer> query_all(std::span<const dns::Question> questions,
                                       std::stop_token stop) override {
        if (before_batch) {
            before_batch(batches.size());
        }
        const std::lock_guard lock(mutex_);
        batches.emplace_back(questions.begin(), questions.end());
        std::vector<dns::Answer> answers;
        for (const dns::Question& question : questions) {
            answers.push_back(stop.stop_requested() ? dns::Answer{.error = "stopped"}
                                                    : answer(question));
        }
        return answers;
    }

    std::vector<dns::Server> servers() const override { return {{kResolver, 53}}; }

    /// How often a name was asked for, with any type.
    std::size_t asked(std::string_view name) const {
        std::size_t count = 0;
        for (const auto& batch : batches) {
            count +=
                static_cast<std::size_t>(std::ranges::count(batch, name, &dns::Question::name));
        }
        return count;
    }

    std::vector<std::vector<dns::Question>> batches;
    std::function<void(std::size_t batch)> before_batch;  ///< batches before it: from 0

  private:
    struct Entry {
        std::string address;  ///< empty: everywhere
        dns::Record record;
    };

    static std::string parent(const std::string& name) {
        const std::string rest = name.substr(std::min(name.find('.') + 1, name.size()));
        return rest.empty() ? "." : rest;
    }

    static bool below(const std::string& name, const std::string& apex) {
        return name == apex || apex == "." || name.ends_with("." + apex);
    }

    dns::Answer answer(const dns::Question& question) const {
        const dns::Server server =
            question.servers.empty() ? dns::Server{kResolver, 53} : question.servers.front();
        if (silent_.contains(server.address)) {
            return {.server = server, .error = "no answer from " + to_string(server)};
        }
        dns::Answer answer;
        if (const auto failing = failing_.find(question.name);
            question.recursive && failing != failing_.end()) {
            answer.rcode = failing->second;
        } else {
            answer = look_up(question, server.address);
        }
        answer.server = server;
        answer.authoritative = !question.recursive && answer.rcode != dns::Rcode::Refused;
        return answer;
    }

    dns::Answer look_up(const dns::Question& question, const std::string& address) const {
        dns::Answer answer{.rcode = dns::Rcode::NoError};
        std::string name = question.name;
        for (int hop = 0; hop < 16; ++hop) {
            const std::string zone = zone_of(name, question.recursive ? "" : address);
            if (zone.empty()) {
                answer.rcode = question.recursive ? dns::Rcode::NxDomain : dns::Rcode::Refused;
                answer.authority = {{".", dns::RecordType::Soa, 60, "root."}};
                return answer;
            }
            const std::optional<std::vector<dns::Record>> found = node(name, zone, address);
            const auto size = answer.answers.size();
            std::string alias;
            for (const dns::Record& record : found.value_or(std::vector<dns::Record>{})) {
                if (record.type == question.type || record.type == dns::RecordType::Cname) {
                    answer.answers.push_back(record);
                    alias = record.type == question.type ? "" : record.data;
                }
            }
            if (answer.answers.size() == size) {
                answer.rcode = found ? dns::Rcode::NoError : dns::Rcode::NxDomain;
                answer.authority = {{zone, dns::RecordType::Soa, 60, "ns1." + zone}};
            }
            if (alias.empty() || !question.recursive) {
                return answer;
            }
            name = alias;
        }
        return {.rcode = dns::Rcode::ServFail};
    }

    /// The closest zone above a name; with an address only those served there.
    std::string zone_of(const std::string& name, const std::string& address) const {
        std::string best;
        for (const auto& [apex, hosts] : zones_) {
            const bool served =
                address.empty() || std::ranges::any_of(hosts, [&](const Host& host) {
                    return std::ranges::find(host.addresses, address) != host.addresses.end();
                });
            if (served && below(name, apex) && apex.size() >= best.size()) {
                best = apex;
            }
        }
        return best;
    }

    /// The records at a name, a wildcard's where nothing stands there; nothing: no such name.
    std::optional<std::vector<dns::Record>> node(const std::string& name, const std::string& zone,
                                                 const std::string& address) const {
        std::vector<dns::Record> records = at(name, address);
        if (!records.empty() || exists(name, address)) {
            return records;
        }
        for (std::string encloser = parent(name); below(encloser, zone);
             encloser = parent(encloser)) {
            if (encloser == zone || exists(encloser, address)) {
                records = at("*." + encloser, address);
                break;
            }
        }
        for (dns::Record& record : records) {
            record.name = name;
        }
        return records.empty() ? std::nullopt : std::optional(records);
    }

    std::vector<dns::Record> at(const std::string& name, const std::string& address) const {
        std::vector<dns::Record> records;
        for (const Entry& entry : entries_) {
            if (entry.record.name == name && (entry.address.empty() || entry.address == address)) {
                records.push_back(entry.record);
            }
        }
        for (const auto& [apex, hosts] : zones_) {
            if (apex == name) {
                records.push_back({name, dns::RecordType::Soa, 60, hosts.front().name});
            }
            for (const Host& host : hosts) {
                if (apex == name) {
                    records.push_back({name, dns::RecordType::Ns, 60, dns::fqdn(host.name)});
                }
                for (const std::string& address_of : host.addresses) {
                    if (dns::fqdn(host.name) == name) {
                        const bool six = address_of.find(':') != std::string::npos;
                        records.push_back({name, six ? dns::RecordType::Aaaa : dns::RecordType::A,
                                           60, address_of});
                    }
                }
            }
        }
        return records;
    }

    /// Something stands there or below.
    bool exists(const std::string& name, const std::string& address) const {
        return std::ranges::any_of(entries_,
                                   [&](const Entry& entry) {
                                       return (entry.address.empty() || entry.address == address) &&
                                              below(entry.record.name, name);
                                   }) ||
               std::ranges::any_of(zones_,
                                   [&](const auto& zone) { return below(zone.first, name); });
    }

    mutable std::mutex mutex_;
    std::map<std::string, std::vector<Host>> zones_;
    std::vector<Entry> entries_;
    std::set<std::string> silent_;
    std::map<std::string, dns::Rcode> failing_;
};

}  // namespace kcert::testing
