// SPDX-License-Identifier: Apache-2.0

#include "dns01/akamai/akamai_objects.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "dns01/service/held_zones.h"
#include "dns01/service/quoted_text.h"

namespace kcert::dns01::akamai {
namespace {

constexpr std::int64_t kLongestToLive = 2'147'483'647;

}  // namespace

std::string akamai_name(std::string_view name) {
    return std::string(name.ends_with('.') ? name.substr(0, name.size() - 1) : name);
}

bool is_akamai_version(std::string_view text) {
    constexpr std::size_t kLongest = 64;
    return !text.empty() && text.size() <= kLongest &&
           text.find_first_not_of(
               "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-") ==
               std::string_view::npos;
}

AkamaiZone read_akamai_zone(const json::Value& object) {
    const std::string_view version = object.text({"versionId"});
    return {.name = zone_name(object.text({"zone"})),
            .type = std::string(object.text({"type"})),
            .state = std::string(object.text({"activationState"})),
            .version = std::string(is_akamai_version(version) ? version : std::string_view())};
}

std::optional<AkamaiSet> read_akamai_set(const json::Value& object) {
    if (!object["rdata"].is_array()) {
        return std::nullopt;
    }
    AkamaiSet set{.ttl = kAkamaiSecondsToLive};
    if (object["ttl"].is_int() && object["ttl"].as_int() >= 0 &&
        object["ttl"].as_int() <= kLongestToLive) {
        set.ttl = static_cast<int>(object["ttl"].as_int());
    }
    for (const json::Value& rdata : object["rdata"].as_array()) {
        if (!rdata.is_string()) {
            return std::nullopt;
        }
        set.texts.emplace(unquoted_text(rdata.as_string()), rdata.as_string());
    }
    return set;
}

json::Value akamai_set_object(const std::string& name, const AkamaiSet& set, int least_ttl) {
    json::Value rdata = json::Value::array();
    for (const auto& [text, data] : set.texts) {
        rdata.push_back(data);
    }
    const int ttl = set.ttl == 0 ? kAkamaiSecondsToLive : set.ttl;
    return json::Value::object({{"name", akamai_name(name)},
                                {"type", "TXT"},
                                {"ttl", std::max(ttl, least_ttl)},
                                {"rdata", std::move(rdata)}});
}

}  // namespace kcert::dns01::akamai
