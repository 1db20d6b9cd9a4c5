// SPDX-License-Identifier: Apache-2.0

#include "dns01/clouddns/clouddns_client.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "json/json.h"
#include "net/backoff.h"
#include "net/url.h"

namespace kcert::dns01::clouddns {
namespace {

/// A project holds 10,000 zones at most, and a page 100 of them.
constexpr int kMostPages = 120;
constexpr std::size_t kMostPageToken = 4096;
constexpr std::chrono::seconds kMostPending{180};
constexpr int kNotFound = 404;
constexpr int kConflict = 409;
constexpr int kPreconditionFailed = 412;

constexpr std::array<std::string_view, 6> kEditing{"dns.changes.create",
                                                   "dns.changes.get",
                                                   "dns.resourceRecordSets.list",
                                                   "dns.resourceRecordSets.create",
                                                   "dns.resourceRecordSets.update",
                                                   "dns.resourceRecordSets.delete"};

/// What may become a part of a path: ids of zones and of changes.
bool is_id(std::string_view text) {
    constexpr std::size_t kMostCharacters = 63;
    return !text.empty() && text.size() <= kMostCharacters && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_';
    });
}

json::Value parsed(const ServiceCall& call, const net::Response& response) {
    try {
        json::Value value = json::parse_json(response.body);
        if (value.is_object()) {
            return value;
        }
    } catch (const Error&) {
        // told below, without the answer
    }
    throw Error(ErrorKind::Transport,
                fmt::format("clouddns: {}: the answer is no JSON object", call.doing));
}

/// What the next page is asked for with; empty behind the last.
std::string next_page(const ServiceCall& call, const json::Value& page) {
    const json::Value& token = page["nextPageToken"];
    if (token.is_null()) {
        return {};
    }
    if (!token.is_string() || token.as_string().size() > kMostPageToken) {
        throw Error(ErrorKind::Transport,
                    fmt::format("clouddns: {}: the answer names no usable next page", call.doing));
    }
    return token.as_string();
}

/// Another change was quicker: a set to delete is not there (404) or differs (412), one to add is
/// there (409).
bool is_overtaken(const net::Response& response) {
    const bool may_be = response.status == kNotFound || response.status == kConflict ||
                        response.status == kPreconditionFailed;
    return may_be && !read_google_error(response.body).has("cnameResourceRecordSetConflict");
}

ServiceCall at_page(ServiceCall call, std::string_view token) {
    constexpr std::string_view kParameter = "&pageToken=";
    call.url.erase(std::min(call.url.find(kParameter), call.url.size()));
    call.url += fmt::format("{}{}", kParameter, net::percent_encode(token));
    return call;
}

}  // namespace

ClouddnsClient::ClouddnsClient(ClouddnsConfig config, net::HttpClient& http, const Clock& clock)
    : base_(fmt::format("{}/projects/{}", config.api, net::percent_encode(config.project))),
      login_(std::move(config.credential), std::move(config.project), http, clock),
      api_({.service = "clouddns",
            .authorize = [this](net::Request& request) { login_.authorize(request); },
            .explain =
                [this](const net::Response& response) {
                    return api_advice(response, login_.asking(), login_.token());
                },
            .is_busy = is_rate_limit},
           http, clock) {}

void ClouddnsClient::log_in(const std::stop_token& stop) {
    login_.ensure(stop);
}

std::vector<HeldZone> ClouddnsClient::zones(std::string_view name, const std::stop_token& stop) {
    ServiceCall call{.doing = "listing the zones", .url = fmt::format("{}/managedZones", base_)};
    call.url +=
        name.empty() ? "?maxResults=100" : fmt::format("?dnsName={}", net::percent_encode(name));
    if (!name.empty()) {
        call.doing = fmt::format("looking for zone {}", printable(name));
    }
    std::vector<HeldZone> zones;
    for (const json::Value& zone : list({call}, "managedZones", stop)) {
        HeldZone held{.id = std::string(zone.text({"name"})),
                      .name = zone_name(zone.text({"dnsName"})),
                      .is_private = zone.text({"visibility"}) == "private"};
        if (is_id(held.id) && (name.empty() || held.name == name)) {
            zones.push_back(std::move(held));
        }
    }
    return zones;
}

SetsByName ClouddnsClient::txt_sets(std::string_view zone_id, std::span<const std::string> names,
                                    const std::stop_token& stop) {
    std::vector<ServiceCall> calls;
    for (const std::string& name : names) {
        calls.push_back({.doing = fmt::format("reading the TXT records at {}", printable(name)),
                         .url = fmt::format("{}/rrsets?name={}&type=TXT", zone_url(zone_id),
                                            net::percent_encode(name))});
    }
    SetsByName sets;
    for (const json::Value& element : list(calls, "rrsets", stop)) {
        const std::string name = zone_name(element.text({"name"}));
        if (element.text({"type"}) == "TXT" && std::ranges::find(names, name) != names.end()) {
            sets.insert_or_assign(name, read_record_set(element));
        }
    }
    return sets;
}

std::optional<ClouddnsClient::Taken> ClouddnsClient::change(std::string_view zone_id,
                                                            const RecordChange& change,
                                                            const std::stop_token& stop) {
    const json::Value body = json::Value::object(
        {{"kind", "dns#change"}, {"deletions", change.deletions}, {"additions", change.additions}});
    // Sent twice it is refused the second time, and reading tells that it was made.
    const ServiceCall call{.doing = fmt::format("changing the TXT records of zone {}", zone_id),
                           .method = "POST",
                           .url = fmt::format("{}/changes", zone_url(zone_id)),
                           .headers = {{"Content-Type", "application/json"}},
                           .body = json::write_json(body)};
    login_.ensure(stop);
    const net::Response response = api_.send(call, stop);
    if (is_overtaken(response)) {
        return std::nullopt;
    }
    if (!is_success(response)) {
        throw api_.failure(call, response);
    }
    const json::Value answer = parsed(call, response);
    return Taken{.id = std::string(answer.text({"id"})), .done = answer.text({"status"}) == "done"};
}

void ClouddnsClient::await(std::string_view zone_id, const Taken& taken,
                           const std::stop_token& stop) {
    if (!is_id(taken.id)) {
        return;
    }
    const ServiceCall call{
        .doing = fmt::format("waiting for a change of zone {}", zone_id),
        .url = fmt::format("{}/changes/{}", zone_url(zone_id), net::percent_encode(taken.id))};
    const Time give_up = clock().now() + kMostPending;
    bool pending = !taken.done;
    for (int attempt = 1; pending && clock().now() < give_up; ++attempt) {
        const auto seed = static_cast<std::uint64_t>(clock().now().time_since_epoch().count());
        if (!clock().sleep_for(net::backoff(seed, attempt), stop)) {
            throw Error(ErrorKind::Cancelled, fmt::format("clouddns: {}: stopped", call.doing));
        }
        login_.ensure(stop);
        const net::Response response = api_.send(call, stop);
        pending = is_success(response) && parsed(call, response).text({"status"}) == "pending";
    }
}

std::vector<std::string> ClouddnsClient::missing_permissions(std::string_view zone_id,
                                                             const std::stop_token& stop) {
    const json::Value body = json::Value::object(
        {{"permissions", json::Value::Array(kEditing.begin(), kEditing.end())}});
    const ServiceCall call{.doing = fmt::format("asking what may be done with zone {}", zone_id),
                           .method = "POST",
                           .url = fmt::format("{}:testIamPermissions", zone_url(zone_id)),
                           .headers = {{"Content-Type", "application/json"}},
                           .body = json::write_json(body)};
    login_.ensure(stop);
    const net::Response response = api_.send(call, stop);
    if (response.status == 403 || response.status == 404) {
        return {};
    }
    if (!is_success(response)) {
        throw api_.failure(call, response);
    }
    const json::Value answer = parsed(call, response);
    const json::Value& granted = answer["permissions"];
    std::vector<std::string> missing;
    for (const std::string_view permission : kEditing) {
        if (!granted.is_array() || std::ranges::find(granted.as_array(), json::Value(permission)) ==
                                       granted.as_array().end()) {
            missing.emplace_back(permission);
        }
    }
    return missing;
}

/// The elements of all pages of all calls; a round asks for one page of each that has more.
std::vector<json::Value> ClouddnsClient::list(const std::vector<ServiceCall>& calls,
                                              std::string_view member,
                                              const std::stop_token& stop) {
    std::vector<json::Value> elements;
    std::vector<ServiceCall> open = calls;
    for (int page = 0; !open.empty(); ++page) {
        if (page == kMostPages) {
            throw Error(ErrorKind::Transport, fmt::format("clouddns: {}: more than {} pages",
                                                          open.front().doing, kMostPages));
        }
        login_.ensure(stop);
        const std::vector<net::Response> responses = api_.send_all(open, stop);
        std::vector<ServiceCall> more;
        for (std::size_t i = 0; i < open.size(); ++i) {
            if (!is_success(responses[i])) {
                throw api_.failure(open[i], responses[i]);
            }
            json::Value answer = parsed(open[i], responses[i]);
            if (answer[member].is_array()) {
                std::ranges::move(answer.member(member).as_array(), std::back_inserter(elements));
            }
            if (const std::string token = next_page(open[i], answer); !token.empty()) {
                more.push_back(at_page(std::move(open[i]), token));
            }
        }
        open = std::move(more);
    }
    return elements;
}

/// REQUIRES: the id was checked when it was read.
std::string ClouddnsClient::zone_url(std::string_view zone_id) const {
    return fmt::format("{}/managedZones/{}", base_, net::percent_encode(zone_id));
}

}  // namespace kcert::dns01::clouddns
