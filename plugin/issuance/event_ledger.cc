// SPDX-License-Identifier: Apache-2.0

#include "issuance/event_ledger.h"

#include <algorithm>

namespace kcert::issuance {
namespace {

/// Lines, since a message has none.
std::string identity_of(const json::Value& event) {
    std::string identity;
    for (const std::string_view text :
         {event.text({"involvedObject", "uid"}), event.text({"source", "component"}),
          event.text({"type"}), event.text({"reason"}), event.text({"message"})}) {
        identity.append(text).append("\n");
    }
    return identity;
}

}  // namespace

void EventLedger::note(const json::Value& event) {
    const json::Value& count = event["count"];
    Standing standing{.name = std::string(event.text({"metadata", "name"})),
                      .count = count.is_int() ? std::max<std::int64_t>(count.as_int(), 1) : 1};
    Standing& known = known_[identity_of(event)];
    if (known.name < standing.name) {
        known = std::move(standing);
    }
}

std::optional<Repeat> EventLedger::tell(const json::Value& event) {
    const std::string now(event.text({"lastTimestamp"}));
    const auto found = known_.find(identity_of(event));
    const bool in_order = found != known_.end() &&
                          (now > last_told_.first || found->second.name >= last_told_.second);
    if (!in_order) {
        note(event);
        last_told_ = {now, std::string(event.text({"metadata", "name"}))};
        return std::nullopt;
    }
    Standing& standing = found->second;
    ++standing.count;
    last_told_ = {now, standing.name};
    return Repeat{
        .key = {kube::kEvent, std::string(event.text({"metadata", "namespace"})), standing.name},
        .patch =
            json::Value::object({{"count", json::Value(standing.count)}, {"lastTimestamp", now}})};
}

void EventLedger::not_counted(const json::Value& event) {
    note(event);
    last_told_.second = event.text({"metadata", "name"});
}

}  // namespace kcert::issuance
