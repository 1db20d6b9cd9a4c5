// SPDX-License-Identifier: Apache-2.0

#include "api/event.h"

#include <fmt/format.h>

#include <string>

#include "base/timestamp.h"

namespace kcert::api {
namespace {

constexpr std::string_view kComponent = "kubectl-cert";
constexpr std::size_t kLongestName = 253;      // RFC 1123 subdomain
constexpr std::size_t kLongestMessage = 1024;  // events.k8s.io/v1 bounds its note so

std::string_view first_text(std::string_view preferred, std::string_view other) {
    return preferred.empty() ? other : preferred;
}

std::string event_name(std::string_view object, Time now) {
    const std::string suffix = fmt::format(".{:x}", now.time_since_epoch().count());
    std::string_view stem = object.substr(0, kLongestName - suffix.size());
    while (stem.ends_with('.') || stem.ends_with('-')) {
        stem.remove_suffix(1);
    }
    return std::string(stem) + suffix;
}

/// At most kLongestMessage bytes, cut between two characters.
std::string bounded(std::string_view message) {
    if (message.size() <= kLongestMessage) {
        return std::string(message);
    }
    std::size_t end = kLongestMessage - 3;
    while (end > 0 && (static_cast<unsigned char>(message[end]) & 0xC0U) == 0x80U) {
        --end;
    }
    return std::string(message.substr(0, end)) + "...";
}

}  // namespace

Event decode_event(const json::Value& object) {
    const json::Value& series = object["series"];
    const json::Value& count = series.is_object() ? series["count"] : object["count"];
    const std::string_view first =
        first_text(object.text({"eventTime"}), object.text({"firstTimestamp"}));
    const std::string_view last =
        first_text(series.text({"lastObservedTime"}), object.text({"lastTimestamp"}));
    return {.type = std::string(object.text({"type"})),
            .reason = std::string(object.text({"reason"})),
            .message = std::string(object.text({"message"})),
            .source = std::string(first_text(object.text({"source", "component"}),
                                             object.text({"reportingComponent"}))),
            .field_path = std::string(object.text({"involvedObject", "fieldPath"})),
            .object_kind = std::string(object.text({"involvedObject", "kind"})),
            .object_name = std::string(object.text({"involvedObject", "name"})),
            .object_uid = std::string(object.text({"involvedObject", "uid"})),
            .first = parse_rfc3339(first),
            .last = parse_rfc3339(first_text(last, first)),
            .count = count.is_int() ? count.as_int() : 1};
}

json::Value make_event(const json::Value& about, std::string_view type, std::string_view reason,
                       std::string_view message, Time now) {
    const std::string_view name = about.text({"metadata", "name"});
    const std::string_view ns = about.text({"metadata", "namespace"});
    json::Value object = json::Value::object({{"apiVersion", about.text({"apiVersion"})},
                                              {"kind", about.text({"kind"})},
                                              {"name", name}});
    const auto carry_over = [&](std::string_view member) {
        if (const std::string_view text = about.text({"metadata", member}); !text.empty()) {
            object.set(member, text);
        }
    };
    carry_over("namespace");
    carry_over("uid");
    carry_over("resourceVersion");
    // An Event lives in its object's namespace; that of a cluster-scoped one in "default".
    const json::Value metadata = json::Value::object(
        {{"name", event_name(name, now)}, {"namespace", ns.empty() ? "default" : ns}});
    return json::Value::object({{"apiVersion", "v1"},
                                {"kind", "Event"},
                                {"metadata", metadata},
                                {"involvedObject", object},
                                {"type", type},
                                {"reason", reason},
                                {"message", bounded(message)},
                                {"source", json::Value::object({{"component", kComponent}})},
                                {"reportingComponent", kComponent},
                                {"reportingInstance", ""},
                                {"firstTimestamp", rfc3339(now)},
                                {"lastTimestamp", rfc3339(now)},
                                {"count", 1}});
}

}  // namespace kcert::api
