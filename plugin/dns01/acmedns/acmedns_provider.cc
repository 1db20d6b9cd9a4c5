// SPDX-License-Identifier: Apache-2.0

#include "dns01/acmedns/acmedns_provider.h"

#include <map>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "dns01/service/held_zones.h"
#include "dns01/service/side_by_side.h"

namespace kcert::dns01::acmedns {
namespace {

constexpr std::size_t kWindow = 8;
/// What the server keeps for a subdomain: room for a name and its wildcard.
constexpr std::size_t kKeptValues = 2;
constexpr int kMostAttempts = 8;
constexpr Duration kValueAge = std::chrono::milliseconds(1100);

void expect_room(const std::map<std::string, std::vector<TxtRecord>>& names) {
    for (const auto& [name, records] : names) {
        std::set<std::string> values;
        for (const TxtRecord& record : records) {
            values.insert(record.value);
        }
        if (values.size() > kKeptValues) {
            throw Error(ErrorKind::Config,
                        fmt::format("acmedns: {} names lead to {} by CNAME, and acme-dns keeps two "
                                    "values for it: register an account for each domain",
                                    values.size(), printable(name)));
        }
    }
}

}  // namespace

AcmeDnsProvider::AcmeDnsProvider(AcmeDnsConfig config, net::HttpClient& http, const Clock& clock)
    : config_(std::move(config)), clock_(clock), client_(config_.host, http, clock) {}

void AcmeDnsProvider::present(std::span<const TxtRecord> records, std::stop_token stop) {
    const auto names = by_name(records);
    expect_room(names);
    std::vector<std::vector<TxtRecord>> groups;
    for (const auto& [name, of_name] : names) {
        groups.push_back(of_name);
    }
    std::vector<std::optional<ZoneFailure>> outcomes(groups.size());
    side_by_side(groups.size(), kWindow, [&](std::size_t i) {
        try {
            set_values(groups[i], stop);
        } catch (const Error& error) {
            outcomes[i] = ZoneFailure{groups[i].front().zone, error};
        }
    });
    std::vector<ZoneFailure> failures;
    for (std::size_t i = 0; i < groups.size(); ++i) {
        if (outcomes[i]) {
            failures.push_back(*outcomes[i]);
            continue;
        }
        for (const TxtRecord& record : groups[i]) {
            presented_.emplace(record.name, record.value);
        }
    }
    if (!failures.empty() && stop.stop_requested()) {
        throw Error(ErrorKind::Cancelled, failures.front().error.what());
    }
    if (!failures.empty()) {
        throw ZonesError(std::move(failures));
    }
}

/// Where an answer was lost nobody knows whether the value is there: all of the name are set again,
/// in the same order, for then both stand whichever of them were. The server tells the older of two
/// values by whole seconds.
void AcmeDnsProvider::set_values(std::span<const TxtRecord> records, const std::stop_token& stop) {
    for (int attempt = 1;; ++attempt) {
        try {
            for (const TxtRecord& record : records) {
                if (!presented_.contains({record.name, record.value})) {
                    client_.update(account_of(record), record.value, stop);
                }
            }
            return;
        } catch (const Error& error) {
            const bool unclear =
                error.kind() == ErrorKind::Transport || error.kind() == ErrorKind::TimedOut;
            if (!unclear || attempt == kMostAttempts || !clock_.sleep_for(kValueAge, stop)) {
                throw;
            }
        }
    }
}

void AcmeDnsProvider::clean_up(std::span<const TxtRecord> /*records*/, std::stop_token /*stop*/) {}

void AcmeDnsProvider::verify(std::span<const std::string> /*zones*/, std::stop_token stop) {
    client_.check_health(std::move(stop));
}

/// The account of the record's domain. Throws where there is none, or where no CNAME leads to it.
const AcmeDnsAccount& AcmeDnsProvider::account_of(const TxtRecord& record) const {
    const auto account = config_.accounts.find(to_lower(record.domain));
    if (account == config_.accounts.end()) {
        std::vector<std::string> domains;
        for (const auto& [domain, held] : config_.accounts) {
            domains.push_back(domain);
        }
        throw Error(ErrorKind::Config,
                    fmt::format("acmedns: accountSecretRef holds no account of {}; it holds: {}",
                                printable(record.domain), quoted_words(join(domains, ", "))));
    }
    const std::string target = zone_name(account->second.fulldomain);
    if (zone_name(record.name) != target) {
        throw Error(ErrorKind::Config,
                    printable(fmt::format("acmedns: {} does not lead to the account of {}: add the "
                                          "record _acme-challenge.{}. CNAME {}",
                                          record.name, record.domain, record.domain, target)));
    }
    return account->second;
}

}  // namespace kcert::dns01::acmedns
