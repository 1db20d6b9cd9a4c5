// SPDX-License-Identifier: Apache-2.0

#include "dns01/rfc2136/rfc2136_provider.h"

#include <array>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"

namespace kcert::dns01::rfc2136 {
namespace {

/// What a datagram carries without being cut into fragments; more goes over TCP at once.
constexpr std::size_t kMaxDatagram = 1232;
/// Below the 65,535 bytes of a message, with room for zone and signature.
constexpr std::size_t kMaxRecords = 60'000;
/// The head of a record, the length bytes of its name and value.
constexpr std::size_t kRecordOverhead = 16;
constexpr std::chrono::milliseconds kTryTime{3'000};

/// An update on its way: the packet that is out and what came of it.
class Transfer {
  public:
    Transfer(const Update& update, const std::optional<TsigKey>& key)
        : update_(update), key_(key) {}

    /// Refers to this transfer.
    dns::Exchange exchange(std::vector<dns::Server> servers) {
        const bool small = encode_update(update_, key_).size() <= kMaxDatagram;
        return {
            .servers = std::move(servers),
            .protocol = small ? dns::Protocol::Udp : dns::Protocol::Tcp,
            .timeout = kTryTime,
            .packet = [this] { return request_ = encode_update(update_, key_); },
            .judge = [this](std::string_view wire,
                            const dns::Server& server) { return judge(wire, server); },
        };
    }

    /// Nothing where the update was made.
    std::optional<Error> failure(const dns::Outcome& outcome) const {
        if (done_) {
            return std::nullopt;
        }
        const bool answered = !problem_.empty();
        return Error(answered ? ErrorKind::Declined : ErrorKind::Transport,
                     fmt::format("rfc2136: updating zone {}: {}", update_.zone,
                                 answered ? problem_ : outcome.error));
    }

  private:
    dns::Verdict judge(std::string_view wire, const dns::Server& server) {
        const UpdateReply reply = decode_update_reply(wire, request_, update_.zone, key_);
        if (!reply.problem.empty()) {
            problem_ = fmt::format("{}: {}", to_string(server), reply.problem);
        }
        switch (reply.kind) {
            case UpdateReply::Kind::Foreign:
                return dns::Verdict::Foreign;
            case UpdateReply::Kind::Truncated:
                return dns::Verdict::Truncated;
            case UpdateReply::Kind::Broken:
                return dns::Verdict::NextServer;
            default:
                done_ = reply.kind == UpdateReply::Kind::Done;
                return dns::Verdict::Final;
        }
    }

    const Update& update_;
    const std::optional<TsigKey>& key_;
    std::string request_;
    std::string problem_;
    bool done_ = false;
};

}  // namespace

std::vector<Update> split_by_zone(std::span<const TxtRecord> records, Change change) {
    std::map<std::string, std::vector<TxtRecord>> zones;
    for (const TxtRecord& record : records) {
        zones[record.zone].push_back(record);
    }
    std::vector<Update> updates;
    for (auto& [zone, of_zone] : zones) {
        std::size_t size = kMaxRecords;
        for (TxtRecord& record : of_zone) {
            const std::size_t more = record.name.size() + record.value.size() + kRecordOverhead;
            if (size + more > kMaxRecords) {
                updates.push_back({.zone = zone, .change = change});
                size = 0;
            }
            size += more;
            updates.back().records.push_back(std::move(record));
        }
    }
    return updates;
}

Rfc2136Provider::Rfc2136Provider(Rfc2136Config config, dns::Resolver& resolver)
    : config_(std::move(config)), resolver_(resolver) {}

void Rfc2136Provider::present(std::span<const TxtRecord> records, std::stop_token stop) {
    send_all(split_by_zone(records, Change::Add), stop);
}

void Rfc2136Provider::clean_up(std::span<const TxtRecord> records, std::stop_token stop) {
    send_all(split_by_zone(records, Change::Remove), stop);
}

void Rfc2136Provider::verify(std::span<const std::string> zones, std::stop_token stop) {
    std::vector<Update> updates;
    for (const std::string& zone : std::set<std::string>(zones.begin(), zones.end())) {
        updates.push_back({.zone = zone});
    }
    send_all(updates, stop);
}

void Rfc2136Provider::send_all(const std::vector<Update>& updates, const std::stop_token& stop) {
    std::vector<Transfer> transfers;
    for (const Update& update : updates) {
        transfers.emplace_back(update, config_.key);
    }
    std::vector<dns::Exchange> exchanges;
    for (Transfer& transfer : transfers) {
        exchanges.push_back(transfer.exchange(servers(stop)));
    }
    const std::vector<dns::Outcome> outcomes = dns::exchange_all(exchanges, stop);
    std::vector<ZoneFailure> failures;
    for (std::size_t i = 0; i < transfers.size(); ++i) {
        if (const auto failure = transfers[i].failure(outcomes[i])) {
            failures.push_back({updates[i].zone, *failure});
        }
    }
    if (!failures.empty() && stop.stop_requested()) {
        throw Error(ErrorKind::Cancelled, "rfc2136: stopped");
    }
    if (!failures.empty()) {
        throw ZonesError(std::move(failures));
    }
}

/// Looked up once, when it is needed.
const std::vector<dns::Server>& Rfc2136Provider::servers(const std::stop_token& stop) {
    const dns::Server literal{.address = config_.host, .port = config_.port};
    if (servers_.empty() && dns::parse_server(to_string(literal))) {
        servers_ = {literal};
    }
    if (!servers_.empty()) {
        return servers_;
    }
    const std::array<dns::Question, 2> questions{{
        {.name = dns::fqdn(config_.host), .type = dns::RecordType::A},
        {.name = dns::fqdn(config_.host), .type = dns::RecordType::Aaaa},
    }};
    const std::vector<dns::Answer> answers = resolver_.query_all(questions, stop);
    for (const dns::Answer& answer : answers) {
        for (const dns::Record& record : answer.answers) {
            if (record.type != dns::RecordType::Cname) {
                servers_.push_back({.address = record.data, .port = config_.port});
            }
        }
    }
    if (servers_.empty()) {
        throw Error(stop.stop_requested() ? ErrorKind::Cancelled : ErrorKind::Transport,
                    fmt::format("rfc2136: the name server {} has no address: {}", config_.host,
                                summary(answers.front())));
    }
    return servers_;
}

}  // namespace kcert::dns01::rfc2136
