// SPDX-License-Identifier: Apache-2.0

#include "support/azuredns_service.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "json/json.h"

namespace kcert::testing {
namespace {

using json::Value;

constexpr const char* kToken = "eyJ0.token-of-the-test.sig";
const std::string kGroup = fmt::format(
    "https://management.azure.com/subscriptions/{}/resourceGroups/dns-group", kAzureSubscription);
const std::string kZones = "/providers/Microsoft.Network/dnsZones";

net::Response ok(const Value& value, int status = 200) {
    return {status, {}, json::write_json(value)};
}

std::string header(const net::Request& request, const std::string& name) {
    for (const auto& [key, value] : request.headers) {
        if (key == name) {
            return value;
        }
    }
    return {};
}

Value set_value(const std::string& relative, const AzureDnsService::Set& set) {
    Value records = Value::array();
    for (const std::vector<std::string>& strings : set.records) {
        records.push_back(Value::object({{"value", Value::Array(strings.begin(), strings.end())}}));
    }
    Value metadata = Value::object();
    if (set.owner) {
        metadata.set("owner", *set.owner);
    }
    return Value::object({{"name", relative},
                          {"type", "Microsoft.Network/dnszones/TXT"},
                          {"etag", set.etag},
                          {"properties", Value::object({{"metadata", metadata},
                                                        {"TTL", set.ttl},
                                                        {"TXTRecords", records},
                                                        {"provisioningState", "Succeeded"}})}});
}

AzureDnsService::Set set_of(const Value& body) {
    const Value& properties = body["properties"];
    AzureDnsService::Set set{.ttl = static_cast<int>(properties["TTL"].as_int())};
    for (const Value& record : properties["TXTRecords"].as_array()) {
        std::vector<std::string>& strings = set.records.emplace_back();
        for (const Value& part : record["value"].as_array()) {
            strings.push_back(part.as_string());
        }
    }
    if (const Value* owner = properties["metadata"].find("owner")) {
        set.owner = owner->as_string();
    }
    return set;
}

}  // namespace

Value azuredns_stanza() {
    return Value::object({{"clientID", kAzureClient},
                          {"clientSecretSecretRef", Value::object({{"name", "azure"}})},
                          {"subscriptionID", kAzureSubscription},
                          {"tenantID", kAzureTenant},
                          {"resourceGroupName", "dns-group"}});
}

AzureDnsService::AzureDnsService()
    : permissions(json::parse_json(R"([{"actions": ["Microsoft.Network/dnsZones/*",
        "Microsoft.Authorization/*/read"], "notActions": []}])")) {}

net::Response AzureDnsService::refusal(int status, const std::string& code,
                                       const std::string& message) {
    const Value error = Value::object({{"code", code}, {"message", message}});
    return ok(Value::object({{"error", error}}), status);
}

net::Response AzureDnsService::login_refusal(int status, int number, const std::string& message) {
    return ok(Value::object(
                  {{"error", "invalid_client"},
                   {"error_description",
                    fmt::format("AADSTS{}: {} Trace ID: 00 Correlation ID: 00", number, message)},
                   {"error_codes", Value::array({Value(number)})}}),
              status);
}

void AzureDnsService::put(const std::string& zone, const std::string& relative, Set set) {
    set.etag = fmt::format("etag-{}", ++etags_);
    sets[zone][relative] = std::move(set);
}

std::vector<std::string> AzureDnsService::values(const std::string& zone,
                                                 const std::string& relative) const {
    std::vector<std::string> values;
    const auto of_zone = sets.find(zone);
    if (of_zone != sets.end() && of_zone->second.contains(relative)) {
        for (const std::vector<std::string>& strings : of_zone->second.at(relative).records) {
            values.push_back(join(strings, "|"));
        }
    }
    return values;
}

net::Outcome AzureDnsService::answer(const net::Request& request) {
    if (auto other = instead(request)) {
        return *std::move(other);
    }
    if (request.url ==
        fmt::format("https://login.microsoftonline.com/{}/oauth2/v2.0/token", kAzureTenant)) {
        return log_in(request);
    }
    if (header(request, "Authorization") != std::string("Bearer ") + kToken) {
        return refusal(401, "InvalidAuthenticationToken", "The access token is invalid.");
    }
    const std::size_t query = std::min(request.url.find('?'), request.url.size());
    const std::string path = request.url.substr(0, query);
    if (path == kGroup + kZones) {
        return list(zones, request.url.substr(query));
    }
    if (path == kGroup + "/providers/Microsoft.Network/privateDnsZones") {
        return list(private_zones, request.url.substr(query));
    }
    for (const std::string& name : zones) {
        const std::string own = fmt::format("{}{}/{}", kGroup, kZones, name);
        if (path == own || path.starts_with(own + "/")) {
            return zone(name, path.substr(own.size()), request);
        }
    }
    return refusal(404, "ResourceNotFound", "The Resource was not found.");
}

net::Response AzureDnsService::log_in(const net::Request& request) {
    if (request.method != "POST" ||
        request.body != fmt::format("grant_type=client_credentials&client_id={}&client_secret={}"
                                    "&scope=https%3A%2F%2Fmanagement.azure.com%2F.default",
                                    kAzureClient, kAzureSecret)) {
        return login_refusal(401, 7000215, "Invalid client secret provided.");
    }
    ++logins;
    return ok(Value::object(
        {{"token_type", "Bearer"}, {"expires_in", expires_in}, {"access_token", kToken}}));
}

net::Response AzureDnsService::list(const std::vector<std::string>& names,
                                    const std::string& query) const {
    const std::string mark = "&$skipToken=";
    const std::size_t at = query.find(mark);
    const std::size_t begin =
        at == std::string::npos ? 0 : std::stoul(query.substr(at + mark.size()));
    Value page = Value::object({{"value", Value::array()}});
    for (std::size_t i = begin; i < std::min(begin + page_size, names.size()); ++i) {
        const auto kind = kinds.find(names[i]);
        const std::string type = kind == kinds.end() ? "Public" : kind->second;
        page.member("value").push_back(Value::object(
            {{"name", names[i]}, {"properties", Value::object({{"zoneType", type}})}}));
    }
    if (begin + page_size < names.size()) {
        page.set("nextLink",
                 fmt::format("{}/subscriptions/x?api-version=2018-05-01&%24skipToken={}", link_host,
                             begin + page_size));
    }
    return ok(page);
}

net::Response AzureDnsService::zone(const std::string& name, const std::string& below,
                                    const net::Request& request) {
    if (below.empty()) {
        return ok(Value::object({{"name", name}}));
    }
    if (below == "/providers/Microsoft.Authorization/permissions") {
        return ok(Value::object({{"value", permissions}}));
    }
    const std::string relative = below.substr(std::string("/TXT/").size());
    return request.method == "GET" ? get(name, relative) : write(name, relative, request);
}

net::Response AzureDnsService::get(const std::string& zone, const std::string& relative) const {
    const auto of_zone = sets.find(zone);
    if (of_zone == sets.end() || !of_zone->second.contains(relative)) {
        return ok(Value::object({{"code", "NotFound"},
                                 {"message",
                                  "The resource record does not "
                                  "exist in resource group"}}),
                  404);
    }
    return ok(set_value(relative, of_zone->second.at(relative)));
}

net::Response AzureDnsService::write(const std::string& zone, const std::string& relative,
                                     const net::Request& request) {
    before_write();
    const bool there = sets[zone].contains(relative);
    const std::string match = header(request, "If-Match");
    const bool fresh = header(request, "If-None-Match") == "*";
    if ((fresh && there) || (!fresh && there && match != sets[zone][relative].etag) ||
        (!fresh && !there && request.method == "PUT")) {
        return refusal(412, "PreconditionFailed", "The condition was not met.");
    }
    if (request.method == "DELETE") {
        sets[zone].erase(relative);
        return {there ? 200 : 204, {}, ""};
    }
    put(zone, relative, set_of(json::parse_json(request.body)));
    return ok(set_value(relative, sets[zone][relative]), there ? 200 : 201);
}

}  // namespace kcert::testing
