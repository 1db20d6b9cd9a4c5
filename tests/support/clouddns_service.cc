// SPDX-License-Identifier: Apache-2.0

#include "support/clouddns_service.h"

#include <algorithm>

#include "json/json.h"

namespace kcert::testing {
namespace {

using json::Value;

constexpr const char* kToken = "ya29.token-of-the-test";
const std::string kProject = "https://dns.googleapis.com/dns/v1/projects/my-project/";

/// The value of a parameter of a query; "%2E" and the like do not occur in the tests.
std::string parameter(const std::string& query, const std::string& name) {
    const std::size_t at = ("&" + query).find("&" + name + "=");
    if (at == std::string::npos) {
        return {};
    }
    const std::size_t begin = at + name.size() + 1;
    return query.substr(begin, query.find('&', begin) - begin);
}

Value set_value(const std::string& name, const ClouddnsService::Set& set) {
    return Value::object({{"kind", "dns#resourceRecordSet"},
                          {"name", name},
                          {"type", "TXT"},
                          {"ttl", set.ttl},
                          {"rrdatas", Value::Array(set.data.begin(), set.data.end())},
                          {"signatureRrdatas", Value::array()}});
}

ClouddnsService::Set set_of(const Value& value) {
    ClouddnsService::Set set{.ttl = static_cast<int>(value["ttl"].as_int()), .data = {}};
    for (const Value& data : value["rrdatas"].as_array()) {
        set.data.push_back(data.as_string());
    }
    return set;
}

net::Response ok(const Value& value) {
    return {200, {}, json::write_json(value)};
}

}  // namespace

net::Response ClouddnsService::refusal(int status, const std::string& reason,
                                       const std::string& message) {
    const Value one = Value::object({{"reason", reason}, {"domain", "global"}});
    return {status,
            {},
            json::write_json(
                Value::object({{"error", Value::object({{"code", status},
                                                        {"message", message},
                                                        {"errors", Value::array({one})}})}}))};
}

net::Outcome ClouddnsService::answer(const net::Request& request) {
    if (auto other = instead(request)) {
        return *std::move(other);
    }
    if (request.url == "https://oauth2.googleapis.com/token") {
        return log_in(request);
    }
    const bool proven =
        std::ranges::find(request.headers, std::pair<std::string, std::string>(
                                               "Authorization", std::string("Bearer ") + kToken)) !=
        request.headers.end();
    if (!proven || !request.url.starts_with(kProject)) {
        return refusal(401, "authError", "Invalid Credentials");
    }
    const std::string rest = request.url.substr(kProject.size());
    const std::string path = rest.substr(0, rest.find('?'));
    const std::string query = rest.size() > path.size() ? rest.substr(path.size() + 1) : "";
    if (path == "managedZones") {
        return list_zones(query);
    }
    for (const ClouddnsZone& zone : zones) {
        const std::string below = "managedZones/" + zone.id;
        if (path == below + "/rrsets") {
            return list_sets(zone.id, query);
        }
        if (path == below + "/changes") {
            return make_change(zone.id, request.body);
        }
        if (path.starts_with(below + "/changes/")) {
            const bool pending = polls_until_done-- > 1;
            return ok(Value::object({{"id", "7"}, {"status", pending ? "pending" : "done"}}));
        }
        if (path == below + ":testIamPermissions") {
            return test_permissions(request.body);
        }
    }
    return refusal(404, "notFound", "The 'parameters.managedZone' resource does not exist.");
}

net::Response ClouddnsService::log_in(const net::Request&) {
    ++logins;
    return ok(Value::object({{"access_token", kToken}, {"expires_in", 3599}}));
}

net::Response ClouddnsService::paged(const std::string& member, const Value::Array& all,
                                     const std::string& query) const {
    const std::string token = parameter(query, "pageToken");
    const std::size_t begin = token.empty() ? 0 : std::stoul(token);
    const std::size_t end = std::min(begin + page_size, all.size());
    Value page =
        Value::object({{member, Value::Array(all.begin() + static_cast<std::ptrdiff_t>(begin),
                                             all.begin() + static_cast<std::ptrdiff_t>(end))}});
    if (end < all.size()) {
        page.set("nextPageToken", std::to_string(end));
    }
    return ok(page);
}

net::Response ClouddnsService::list_zones(const std::string& query) const {
    const std::string name = parameter(query, "dnsName");
    Value::Array all;
    for (const ClouddnsZone& zone : zones) {
        if (name.empty() || zone.dns_name == name) {
            all.push_back(Value::object(
                {{"name", zone.id}, {"dnsName", zone.dns_name}, {"visibility", zone.visibility}}));
        }
    }
    return paged("managedZones", all, query);
}

net::Response ClouddnsService::list_sets(const std::string& zone, const std::string& query) const {
    const std::string name = parameter(query, "name");
    Value::Array all;
    if (const auto of_zone = sets.find(zone); of_zone != sets.end()) {
        if (const auto found = of_zone->second.find(name); found != of_zone->second.end()) {
            all.push_back(set_value(found->first, found->second));
        }
    }
    return paged("rrsets", all, query);
}

net::Response ClouddnsService::make_change(const std::string& zone, const std::string& body) {
    before_change();
    const Value change = json::parse_json(body);
    std::map<std::string, Set> after = sets[zone];
    for (const Value& deletion : change["deletions"].as_array()) {
        const auto found = after.find(std::string(deletion.text({"name"})));
        if (found == after.end()) {
            return refusal(404, "notFound", "The 'entity.change.deletions[0]' does not exist.");
        }
        if (found->second != set_of(deletion)) {
            return refusal(412, "conditionNotMet",
                           "Precondition not met for 'entity.change.deletions[0]'");
        }
        after.erase(found);
    }
    for (const Value& addition : change["additions"].as_array()) {
        if (!after.emplace(addition.text({"name"}), set_of(addition)).second) {
            return refusal(409, "alreadyExists", "'entity.change.additions[0]' already exists");
        }
    }
    sets[zone] = after;
    changes.push_back(change);
    return ok(Value::object({{"id", "7"}, {"status", polls_until_done > 0 ? "pending" : "done"}}));
}

net::Response ClouddnsService::test_permissions(const std::string& body) const {
    Value::Array held;
    const Value request = json::parse_json(body);
    for (const Value& permission : request["permissions"].as_array()) {
        if (std::ranges::find(granted, permission.as_string()) != granted.end()) {
            held.push_back(permission);
        }
    }
    return ok(held.empty() ? Value::object() : Value::object({{"permissions", held}}));
}

}  // namespace kcert::testing
