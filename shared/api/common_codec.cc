// SPDX-License-Identifier: Apache-2.0

#include "api/common_codec.h"

#include <utility>

#include "base/timestamp.h"

namespace kcert::api {

ObjectMeta decode_meta(json::ObjectReader& object) {
    ObjectMeta meta;
    std::optional<json::ObjectReader> reader = object.object("metadata");
    if (!reader) {
        return meta;
    }
    meta.name = reader->string("name");
    meta.generate_name = reader->string("generateName");
    meta.ns = reader->string("namespace");
    meta.uid = reader->string("uid");
    meta.resource_version = reader->string("resourceVersion");
    meta.generation = reader->integer("generation");
    meta.created = decode_time(*reader, "creationTimestamp");
    meta.labels = reader->string_map("labels");
    meta.annotations = reader->string_map("annotations");
    reader->report_unknown({"clusterName", "deletionGracePeriodSeconds", "deletionTimestamp",
                            "finalizers", "initializers", "managedFields", "ownerReferences",
                            "selfLink"});
    return meta;
}

SecretKeySelector decode_secret_key(json::ObjectReader& parent, std::string_view name,
                                    std::string_view default_key) {
    SecretKeySelector selector{.key = std::string(default_key)};
    std::optional<json::ObjectReader> reader = parent.object(name);
    if (!reader) {
        return selector;
    }
    selector.name = reader->string("name");
    const std::string key = reader->string("key");
    if (!key.empty()) {
        selector.key = key;
    }
    reader->report_unknown();
    return selector;
}

std::optional<Time> decode_time(json::ObjectReader& parent, std::string_view name) {
    return parse_rfc3339(parent.string(name));
}

std::vector<Condition> decode_conditions(json::ObjectReader& status) {
    std::vector<Condition> conditions;
    for (json::ObjectReader& reader : status.objects("conditions")) {
        conditions.push_back({.type = reader.string("type"),
                              .status = reader.string("status"),
                              .reason = reader.string("reason"),
                              .message = reader.string("message"),
                              .last_transition = decode_time(reader, "lastTransitionTime")});
    }
    return conditions;
}

json::Value encode_conditions(const std::vector<Condition>& conditions) {
    json::Value list;
    for (const Condition& condition : conditions) {
        json::Value entry = json::Value::object({{"type", condition.type},
                                                 {"status", condition.status},
                                                 {"reason", condition.reason},
                                                 {"message", condition.message}});
        if (condition.last_transition) {
            entry.set("lastTransitionTime", rfc3339(*condition.last_transition));
        }
        list.push_back(std::move(entry));
    }
    return list;
}

json::Value encode_time(const std::optional<Time>& time) {
    return time ? json::Value(rfc3339(*time)) : json::Value();
}

json::Value encode_text(const std::string& text) {
    return text.empty() ? json::Value() : json::Value(text);
}

}  // namespace kcert::api
