// SPDX-License-Identifier: Apache-2.0

#include "dns01/akamai/akamai_client.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "dns01/akamai/akamai_answer.h"
#include "dns01/service/held_zones.h"
#include "dns01/service/uuid.h"
#include "json/json.h"
#include "net/url.h"

namespace kcert::dns01::akamai {
namespace {

constexpr std::size_t kPerPage = 100;
constexpr int kMostPages = 200;
/// Where the account's least is above kAkamaiSecondsToLive.
constexpr int kLongerToLive = 300;
constexpr int kForbidden = 403;
constexpr int kNotFound = 404;

ServiceTraits traits(const EdgeGridLogin& login, const Clock& clock) {
    return {.service = "akamai",
            .authorize =
                [login, &clock](net::Request& request) {
                    request.headers.emplace_back(
                        "Authorization",
                        edgegrid_authorization(request, login, edgegrid_timestamp(clock.now()),
                                               random_uuid()));
                },
            .explain =
                [login, &clock](const net::Response& response) {
                    return explain_akamai(response, login, clock.now());
                },
            .is_busy = is_akamai_busy,
            .asks_to_wait = akamai_wait};
}

Error no_answer_of_theirs(std::string_view doing) {
    return {ErrorKind::Transport,
            fmt::format("akamai: {}: the answer is not one of Edge DNS", doing)};
}

}  // namespace

AkamaiClient::AkamaiClient(const AkamaiConfig& config, net::HttpClient& http, const Clock& clock)
    : base_(config.base + "/config-dns/v2/zones"),
      calls_(traits(config.login, clock), http, clock) {}

ServiceCall AkamaiClient::zone_call(std::string_view doing, const std::string& zone,
                                    std::string_view path) const {
    return {.doing = fmt::format("{} zone {}", doing, printable(zone)),
            .url = fmt::format("{}/{}{}", base_, net::percent_encode(akamai_name(zone)), path)};
}

ServiceCall AkamaiClient::set_call(std::string_view doing, const std::string& zone,
                                   const std::string& name) const {
    return zone_call(fmt::format("{} {} in", doing, printable(name)), zone,
                     fmt::format("/names/{}/types/TXT", net::percent_encode(akamai_name(name))));
}

std::optional<AkamaiZone> AkamaiClient::zone(const std::string& name, std::stop_token stop) {
    const ServiceCall call = zone_call("looking up", name, "");
    const net::Response response = calls_.send(call, std::move(stop));
    if (response.status == kNotFound || response.status == kForbidden) {
        return std::nullopt;
    }
    if (!is_success(response)) {
        throw calls_.failure(call, response);
    }
    AkamaiZone zone = read_akamai_zone(akamai_answer(response, call.doing));
    if (zone.name != zone_name(name)) {
        throw no_answer_of_theirs(call.doing);
    }
    return zone;
}

std::vector<AkamaiZone> AkamaiClient::zones(std::stop_token stop) {
    std::vector<AkamaiZone> zones;
    for (const json::Value& object : read_list(
             {.doing = "listing the zones", .url = base_ + "?types=PRIMARY"}, "zones", stop)) {
        if (!object.text({"zone"}).empty()) {
            zones.push_back(read_akamai_zone(object));
        }
    }
    return zones;
}

AkamaiSets AkamaiClient::sets(const std::string& zone, std::span<const std::string> names,
                              std::stop_token stop) {
    std::vector<ServiceCall> calls;
    for (const std::string& name : names) {
        calls.push_back(set_call("reading", zone, name));
    }
    const std::vector<net::Response> responses = calls_.send_all(calls, std::move(stop));
    AkamaiSets sets;
    for (std::size_t i = 0; i < calls.size(); ++i) {
        if (responses[i].status == kNotFound) {
            continue;
        }
        if (!is_success(responses[i])) {
            throw calls_.failure(calls[i], responses[i]);
        }
        std::optional<AkamaiSet> set = read_akamai_set(akamai_answer(responses[i], calls[i].doing));
        if (!set) {
            throw no_answer_of_theirs(calls[i].doing);
        }
        sets.emplace(names[i], *std::move(set));
    }
    return sets;
}

std::size_t AkamaiClient::write(const std::string& zone, const AkamaiSets& held,
                                const AkamaiSets& wanted, const std::stop_token& stop) {
    AkamaiSets fresh;
    std::size_t changes = 0;
    for (const auto& [name, set] : wanted) {
        if (!held.contains(name)) {
            fresh.emplace(name, set);
        }
    }
    if (!fresh.empty()) {
        changes += create(zone, fresh, stop) ? 1 : 0;
    }
    for (const auto& [name, set] : wanted) {
        if (held.contains(name)) {
            const bool gone = set.texts.empty();
            ServiceCall call = set_call(gone ? "removing" : "changing", zone, name);
            call.method = gone ? "DELETE" : "PUT";
            if (!gone) {
                call.headers = {{"Content-Type", "application/json"}};
                call.body = json::write_json(akamai_set_object(name, set, 0));
            }
            changes += settle(call, stop) ? 1 : 0;
        }
    }
    return changes;
}

/// Whether they were made: not where one of them is there meanwhile.
bool AkamaiClient::create(const std::string& zone, const AkamaiSets& sets,
                          const std::stop_token& stop) {
    ServiceCall call = zone_call("adding records to", zone, "/recordsets");
    call.method = "POST";
    call.headers = {{"Content-Type", "application/json"}};
    for (const int least_ttl : {0, kLongerToLive}) {
        json::Value list = json::Value::array();
        for (const auto& [name, set] : sets) {
            list.push_back(akamai_set_object(name, set, least_ttl));
        }
        call.body = json::write_json(json::Value::object({{"recordsets", std::move(list)}}));
        const net::Response response = calls_.send(call, stop);
        if (is_success(response)) {
            return true;
        }
        if (is_stale(response) && response.status != kNotFound) {
            return false;
        }
        if (!refuses_ttl(response) || least_ttl > 0) {
            throw calls_.failure(call, response);
        }
    }
    return false;
}

/// Whether the call took effect: not where what it changes is not there.
bool AkamaiClient::settle(const ServiceCall& call, const std::stop_token& stop) {
    const net::Response response = calls_.send(call, stop);
    if (!is_success(response) && !is_stale(response)) {
        throw calls_.failure(call, response);
    }
    return is_success(response);
}

std::vector<std::string> AkamaiClient::versions(const std::string& zone, const std::string& since,
                                                std::stop_token stop) {
    const ServiceCall call = zone_call("reading versions of", zone,
                                       fmt::format("/versions?page=1&pageSize={}", kPerPage));
    const net::Response response = calls_.send(call, std::move(stop));
    if (response.status == kNotFound || response.status == kForbidden) {
        return {};
    }
    if (!is_success(response)) {
        throw calls_.failure(call, response);
    }
    const json::Value body = akamai_answer(response, call.doing);
    if (!body["versions"].is_array()) {
        throw no_answer_of_theirs(call.doing);
    }
    std::vector<std::string> ids;
    for (const json::Value& version : body["versions"].as_array()) {  // the newest first
        const std::string_view id = version.text({"versionId"});
        if (!is_akamai_version(id)) {
            break;
        }
        ids.emplace_back(id);
        if (id == since) {
            std::ranges::reverse(ids);
            return ids;
        }
    }
    return {};
}

AkamaiSets AkamaiClient::sets_of_version(const std::string& zone, const std::string& version,
                                         std::span<const std::string> names,
                                         const std::stop_token& stop) {
    std::string path = fmt::format("/versions/{}/recordsets?types=TXT", version);
    if (names.size() == 1) {
        path += "&search=" + net::percent_encode(akamai_name(names.front()));
    }
    AkamaiSets sets;
    for (const json::Value& object :
         read_list(zone_call("reading a version of", zone, path), "recordsets", stop)) {
        const auto name = std::ranges::find(names, zone_name(object.text({"name"})), zone_name);
        std::optional<AkamaiSet> set = read_akamai_set(object);
        if (object.text({"type"}) == "TXT" && name != names.end() && set) {
            sets.emplace(*name, *std::move(set));
        }
    }
    return sets;
}

/// The objects of a list whose URL has a query already.
std::vector<json::Value> AkamaiClient::read_list(const ServiceCall& list, std::string_view member,
                                                 const std::stop_token& stop) {
    std::vector<json::Value> objects;
    for (int page = 1; page <= kMostPages; ++page) {
        ServiceCall call = list;
        call.url += fmt::format("&page={}&pageSize={}", page, kPerPage);
        json::Value body = akamai_answer(calls_.demand(call, stop), call.doing);
        if (!body[member].is_array()) {
            throw no_answer_of_theirs(call.doing);
        }
        const std::size_t count = body[member].as_array().size();
        std::ranges::move(body.member(member).as_array(), std::back_inserter(objects));
        const json::Value& total = body.at({"metadata", "totalElements"});
        const bool is_last = total.is_int() ? std::cmp_greater_equal(objects.size(), total.as_int())
                                            : count < kPerPage;
        if (count == 0 || is_last) {
            return objects;
        }
    }
    throw Error(ErrorKind::Transport,
                fmt::format("akamai: {}: there are more than {} pages", list.doing, kMostPages));
}

}  // namespace kcert::dns01::akamai
