// SPDX-License-Identifier: Apache-2.0

#include "dns01/azuredns/azuredns_client.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "dns01/azuredns/azure_error.h"
#include "dns01/azuredns/azure_permissions.h"
#include "dns01/azuredns/next_link.h"
#include "json/json.h"
#include "net/url.h"

namespace kcert::dns01::azuredns {
namespace {

constexpr std::string_view kDnsVersion = "2018-05-01";
constexpr std::string_view kPrivateDnsVersion = "2020-06-01";
constexpr std::string_view kPermissionsVersion = "2022-04-01";
/// Pages have 100 zones, and few subscriptions may hold more than 1,000.
constexpr int kMostPages = 120;
constexpr int kNotFound = 404;
constexpr int kPreconditionFailed = 412;

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
                fmt::format("azuredns: {}: the answer is no JSON object", call.doing));
}

/// Zones whose names can stand in a path.
std::vector<HeldZone> zones_in(const std::vector<json::Value>& elements) {
    std::vector<HeldZone> zones;
    for (const json::Value& element : elements) {
        const std::string name = zone_name(element.text({"name"}));
        if (is_plain_name(std::string_view(name).substr(0, name.size() - 1))) {
            const std::string kind = to_lower(element.text({"properties", "zoneType"}));
            zones.push_back({.id = name, .name = name, .is_private = kind == "private"});
        }
    }
    return zones;
}

/// The record set, the zone or what holds the zone is not there.
bool is_missing(const net::Response& response, TxtEdit edit) {
    if (response.status != kNotFound) {
        return false;
    }
    const std::string code = read_azure_error(response.body).code;
    const bool zone_is_gone = code == "ParentResourceNotFound" || code == "ResourceGroupNotFound";
    return code != "SubscriptionNotFound" && (edit == TxtEdit::Remove || !zone_is_gone);
}

ServiceCall write_call(const PlacedWrite& placed, std::string url) {
    const TxtWrite& write = placed.write;
    ServiceCall call{
        .doing = fmt::format("writing the TXT records at {}", printable(placed.place.name)),
        .method = "PUT",
        .url = std::move(url),
        .headers = {{"Content-Type", "application/json"}, {"If-Match", write.etag}},
        .body = write.body};
    if (write.kind == TxtWrite::Kind::Create) {
        call.headers.back() = {"If-None-Match", "*"};
    }
    if (write.kind == TxtWrite::Kind::Remove) {
        call.method = "DELETE";
        call.headers = {{"If-Match", write.etag}};
    }
    return call;
}

}  // namespace

AzureDnsClient::AzureDnsClient(AzureDnsConfig config, net::HttpClient& http, const Clock& clock)
    : config_(std::move(config)),
      login_(config_, http, clock),
      api_({.service = "azuredns",
            .authorize = [this](net::Request& request) { login_.authorize(request); },
            .explain =
                [this](const net::Response& response) {
                    return manager_advice(response, config_, login_.token());
                },
            .is_busy = is_azure_busy},
           http, clock) {}

void AzureDnsClient::log_in(const std::stop_token& stop) {
    login_.ensure(stop);
}

std::vector<HeldZone> AzureDnsClient::zones(const std::stop_token& stop) {
    return zones_in(list({.doing = fmt::format("listing the DNS zones of resource group {}",
                                               printable(config_.resource_group)),
                          .url = url("/providers/Microsoft.Network/dnsZones", kDnsVersion)},
                         scope({}), stop));
}

std::vector<HeldZone> AzureDnsClient::private_zones(const std::stop_token& stop) {
    try {
        return zones_in(
            list({.doing = "listing the private zones",
                  .url = url("/providers/Microsoft.Network/privateDnsZones", kPrivateDnsVersion)},
                 scope({}), stop));
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::Cancelled) {
            throw;
        }
        return {};  // asked for a better message only
    }
}

void AzureDnsClient::demand_zone(std::string_view zone, const std::stop_token& stop) {
    const ServiceCall call{.doing = fmt::format("looking for zone {}", zone),
                           .url = url(zone_path(zone), kDnsVersion)};
    login_.ensure(stop);
    const net::Response response = api_.send(call, stop);
    if (!is_success(response)) {
        throw refusal(call, response, scope(zone));
    }
}

std::vector<std::optional<TxtSet>> AzureDnsClient::sets(std::span<const TxtPlace> places,
                                                        TxtEdit edit, const std::stop_token& stop) {
    std::vector<ServiceCall> calls;
    for (const TxtPlace& place : places) {
        calls.push_back(
            {.doing = fmt::format("reading the TXT records at {}", printable(place.name)),
             .url = set_url(place)});
    }
    login_.ensure(stop);
    const std::vector<net::Response> responses = api_.send_all(calls, stop);
    std::vector<std::optional<TxtSet>> sets;
    for (std::size_t i = 0; i < calls.size(); ++i) {
        if (is_missing(responses[i], edit)) {
            sets.emplace_back();
        } else if (is_success(responses[i])) {
            const json::Value answer = parsed(calls[i], responses[i]);
            sets.emplace_back(while_doing(fmt::format("azuredns: {}", calls[i].doing),
                                          [&] { return read_txt_set(answer); }));
        } else {
            throw refusal(calls[i], responses[i], scope(places[i].zone));
        }
    }
    return sets;
}

std::vector<bool> AzureDnsClient::write(std::span<const PlacedWrite> writes,
                                        const std::stop_token& stop) {
    std::vector<ServiceCall> calls;
    for (const PlacedWrite& placed : writes) {
        calls.push_back(write_call(placed, set_url(placed.place)));
    }
    login_.ensure(stop);
    const std::vector<net::Response> responses = api_.send_all(calls, stop);
    std::vector<bool> made;
    for (std::size_t i = 0; i < calls.size(); ++i) {
        // A set that is gone before it was removed or replaced is read again.
        const bool removing = writes[i].write.kind == TxtWrite::Kind::Remove;
        const bool overtaken = responses[i].status == kPreconditionFailed ||
                               (removing && responses[i].status == kNotFound);
        if (!overtaken && !is_success(responses[i])) {
            throw refusal(calls[i], responses[i], scope(writes[i].place.zone));
        }
        made.push_back(!overtaken);
    }
    return made;
}

std::vector<std::string> AzureDnsClient::missing_rights(std::string_view zone,
                                                        const std::stop_token& stop) {
    ServiceCall call{.doing = fmt::format("asking what may be done with zone {}", zone),
                     .url = url(zone_path(zone) + "/providers/Microsoft.Authorization/permissions",
                                kPermissionsVersion)};
    try {
        return missing_actions(list(std::move(call), scope(zone), stop));
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::Declined) {
            return {};  // it may not ask
        }
        throw;
    }
}

std::string AzureDnsClient::scope(std::string_view zone) const {
    return fmt::format("/subscriptions/{}/resourceGroups/{}{}", config_.subscription,
                       config_.resource_group, zone.empty() ? std::string() : zone_path(zone));
}

/// The elements of all pages.
std::vector<json::Value> AzureDnsClient::list(ServiceCall call, std::string_view scope,
                                              const std::stop_token& stop) {
    const std::string first = call.url;
    std::vector<json::Value> elements;
    for (int page = 0; page < kMostPages; ++page) {
        login_.ensure(stop);
        const net::Response response = api_.send(call, stop);
        if (!is_success(response)) {
            throw refusal(call, response, scope);
        }
        json::Value answer = parsed(call, response);
        if (answer["value"].is_array()) {
            std::ranges::move(answer.member("value").as_array(), std::back_inserter(elements));
        }
        const std::optional<std::string> next = next_page(call, answer);
        if (!next) {
            return elements;
        }
        call.url = fmt::format("{}&$skipToken={}", first, *next);
    }
    throw Error(ErrorKind::Transport,
                fmt::format("azuredns: {}: more than {} pages", call.doing, kMostPages));
}

/// What the next page is asked for with; nothing behind the last.
std::optional<std::string> AzureDnsClient::next_page(const ServiceCall& call,
                                                     const json::Value& page) const {
    const json::Value& link = page["nextLink"];
    if (link.is_null() || (link.is_string() && link.as_string().empty())) {
        return std::nullopt;
    }
    std::optional<std::string> token =
        link.is_string() ? skip_token(link.as_string(), config_.resource_manager) : std::nullopt;
    if (!token) {
        throw Error(ErrorKind::Transport,
                    fmt::format("azuredns: {}: the answer names no usable next page of {}",
                                call.doing, printable(config_.resource_manager)));
    }
    return token;
}

Error AzureDnsClient::refusal(const ServiceCall& call, const net::Response& response,
                              std::string_view scope) const {
    Error error = api_.failure(call, response);
    if (!lacks_role(response)) {
        return error;
    }
    return {error.kind(), fmt::format("{}; {}", error.what(), role_advice(config_, scope))};
}

/// `below` begins with a slash: a path below the resource group.
std::string AzureDnsClient::url(std::string_view below, std::string_view version) const {
    return fmt::format("{}/subscriptions/{}/resourceGroups/{}{}?api-version={}",
                       config_.resource_manager, config_.subscription,
                       net::percent_encode(config_.resource_group), below, version);
}

std::string AzureDnsClient::zone_path(std::string_view zone) const {
    return fmt::format("/providers/Microsoft.Network/dnsZones/{}",
                       net::percent_encode(zone.substr(0, zone.size() - 1)));
}

/// REQUIRES: the place's zone encloses its name.
std::string AzureDnsClient::set_url(const TxtPlace& place) const {
    const std::string name = relative_name(place.name, place.zone);
    if (name != "@" && !is_plain_name(name)) {
        throw Error(ErrorKind::Config, fmt::format("azuredns: Azure DNS holds no name such as {}",
                                                   printable(place.name)));
    }
    return url(fmt::format("{}/TXT/{}", zone_path(place.zone), net::percent_encode(name)),
               kDnsVersion);
}

}  // namespace kcert::dns01::azuredns
