// SPDX-License-Identifier: Apache-2.0

#include "dns01/clouddns/record_sets.h"

#include <algorithm>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "dns01/service/quoted_text.h"

namespace kcert::dns01::clouddns {
namespace {

/// Of a set that nobody had before us.
constexpr std::int64_t kTtl = 60;

std::vector<std::string> with(std::vector<std::string> data,
                              const std::vector<std::string>& values) {
    for (const std::string& value : values) {
        if (std::ranges::none_of(data,
                                 [&](const auto& one) { return unquoted_text(one) == value; })) {
            data.push_back(quoted_text(value));
        }
    }
    return data;
}

std::vector<std::string> without(std::vector<std::string> data,
                                 const std::vector<std::string>& values) {
    std::erase_if(data, [&](const std::string& one) {
        return std::ranges::any_of(values,
                                   [&](const auto& value) { return unquoted_text(one) == value; });
    });
    return data;
}

json::Value addition(const std::string& name, std::int64_t ttl,
                     const std::vector<std::string>& data) {
    json::Value::Array rrdatas(data.begin(), data.end());
    return json::Value::object({{"kind", "dns#resourceRecordSet"},
                                {"name", name},
                                {"type", "TXT"},
                                {"ttl", ttl},
                                {"rrdatas", std::move(rrdatas)}});
}

[[noreturn]] void refuse_malformed() {
    throw Error(ErrorKind::Transport,
                "clouddns: the service's answer holds a malformed record set");
}

}  // namespace

RecordChange plan_change(const ValuesByName& values, const SetsByName& sets, Edit edit) {
    RecordChange change;
    for (const auto& [name, wanted] : values) {
        const auto found = sets.find(name);
        const bool stands = found != sets.end();
        const std::vector<std::string> before =
            stands ? found->second.data : std::vector<std::string>();
        const std::vector<std::string> after =
            edit == Edit::Add ? with(before, wanted) : without(before, wanted);
        if (after == before) {
            continue;
        }
        if (stands) {
            change.deletions.push_back(found->second.as_read);
        }
        if (!after.empty()) {
            change.additions.push_back(addition(stands ? found->second.name : name,
                                                stands ? found->second.ttl : kTtl, after));
        }
    }
    return change;
}

RecordSet read_record_set(const json::Value& element) {
    const json::Value& ttl = element["ttl"];
    const json::Value& rrdatas = element["rrdatas"];
    RecordSet set{.name = std::string(element.text({"name"})), .as_read = element};
    if (element.has("routingPolicy")) {
        throw Error(ErrorKind::Declined,
                    fmt::format("clouddns: the TXT records at {} have a routing policy, and a "
                                "challenge cannot be added to one: remove it",
                                printable(shortened(set.name, 253))));
    }
    if (set.name.empty() || !ttl.is_int() || ttl.as_int() < 0 ||
        ttl.as_int() > std::numeric_limits<std::int32_t>::max() || !rrdatas.is_array()) {
        refuse_malformed();
    }
    set.ttl = ttl.as_int();
    for (const json::Value& data : rrdatas.as_array()) {
        if (!data.is_string()) {
            refuse_malformed();
        }
        set.data.push_back(data.as_string());
    }
    return set;
}

}  // namespace kcert::dns01::clouddns
