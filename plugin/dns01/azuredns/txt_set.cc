// SPDX-License-Identifier: Apache-2.0

#include "dns01/azuredns/txt_set.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "json/json.h"

namespace kcert::dns01::azuredns {
namespace {

constexpr int kNewTtl = 60;
/// RFC 1035 §3.3: a <character-string> has a length octet.
constexpr std::size_t kMostBytes = 255;

bool is_etag(std::string_view text) {
    constexpr std::size_t kLongest = 256;
    return !text.empty() && text.size() <= kLongest && text != "*" &&
           std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
}

bool is_record(const json::Value& record) {
    const json::Value& strings = record["value"];
    return strings.is_array() && std::ranges::all_of(strings.as_array(), &json::Value::is_string);
}

std::string value_of(const json::Value& record) {
    std::string value;
    for (const json::Value& part : record["value"].as_array()) {
        value += part.as_string();
    }
    return value;
}

json::Value record_of(std::string_view value) {
    json::Value strings = json::Value::array();
    do {
        strings.push_back(value.substr(0, kMostBytes));
        value.remove_prefix(std::min(value.size(), kMostBytes));
    } while (!value.empty());
    return json::Value::object({{"value", std::move(strings)}});
}

std::string body_of(const TxtSet& set) {
    json::Value properties =
        json::Value::object({{"TTL", set.ttl}, {"TXTRecords", json::Value::array(set.records)}});
    if (!set.metadata.is_null()) {
        properties.set("metadata", set.metadata);
    }
    return json::write_json(json::Value::object({{"properties", std::move(properties)}}));
}

/// Whether `set` changed.
bool edit_set(TxtSet& set, std::span<const std::string> values, TxtEdit edit) {
    if (edit == TxtEdit::Remove) {
        return std::erase_if(set.records, [&](const json::Value& record) {
                   return std::ranges::find(values, value_of(record)) != values.end();
               }) > 0;
    }
    bool changed = false;
    for (const std::string& value : values) {
        const std::vector<std::string> stand = txt_values(set);
        if (std::ranges::find(stand, value) == stand.end()) {
            set.records.push_back(record_of(value));
            changed = true;
        }
    }
    return changed;
}

}  // namespace

TxtSet read_txt_set(const json::Value& answer) {
    const json::Value& properties = answer["properties"];
    const json::Value& records = properties["TXTRecords"];
    const json::Value& metadata = properties["metadata"];
    const std::string_view etag = answer.text({"etag"});
    if (!is_etag(etag) || !records.is_array() || !properties["TTL"].is_int() ||
        !std::ranges::all_of(records.as_array(), is_record) ||
        !(metadata.is_null() || metadata.is_object())) {
        throw Error(ErrorKind::Transport, "the answer is no TXT record set with an etag");
    }
    return {.etag = std::string(etag),
            .ttl = properties["TTL"],
            .metadata = metadata,
            .records = records.as_array()};
}

std::vector<std::string> txt_values(const TxtSet& set) {
    std::vector<std::string> values;
    std::ranges::transform(set.records, std::back_inserter(values), value_of);
    return values;
}

std::optional<TxtWrite> plan_write(const std::optional<TxtSet>& read,
                                   std::span<const std::string> values, TxtEdit edit) {
    TxtSet set = read ? *read : TxtSet{.etag = {}, .ttl = kNewTtl, .metadata = {}, .records = {}};
    if (!edit_set(set, values, edit)) {
        return std::nullopt;
    }
    if (set.records.empty()) {
        return TxtWrite{.kind = TxtWrite::Kind::Remove, .etag = set.etag, .body = {}};
    }
    return TxtWrite{.kind = read ? TxtWrite::Kind::Replace : TxtWrite::Kind::Create,
                    .etag = set.etag,
                    .body = body_of(set)};
}

}  // namespace kcert::dns01::azuredns
