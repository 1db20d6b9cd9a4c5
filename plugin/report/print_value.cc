// SPDX-License-Identifier: Apache-2.0

#include "base/timestamp.h"
#include "report/print.h"

namespace kcert::report {
namespace {

using json::Value;

/// Leaves out what is empty: a reader of data asks whether a member is there.
void set_text(Value& object, std::string_view name, const std::string& text) {
    if (!text.empty()) {
        object.set(name, text);
    }
}

void set_time(Value& object, std::string_view name, const std::optional<Time>& time) {
    if (time) {
        object.set(name, rfc3339(*time));
    }
}

Value strings(const std::vector<std::string>& texts) {
    Value list = Value::array();
    for (const std::string& text : texts) {
        list.push_back(text);
    }
    return list;
}

template <typename Elements, typename Convert>
Value list_of(const Elements& elements, Convert convert) {
    Value list = Value::array();
    for (const auto& element : elements) {
        list.push_back(convert(element));
    }
    return list;
}

Value string_map(const api::StringMap& map) {
    Value::Object members;
    members.reserve(map.size());
    for (const auto& [key, value] : map) {
        members.emplace_back(key, value);
    }
    return members;
}

Value advice_value(const Advice& advice) {
    Value value = Value::object({{"problem", advice.problem}});
    set_text(value, "remedy", advice.remedy);
    return value;
}

Value condition_value(const api::Condition& condition) {
    Value value = Value::object({{"type", condition.type}, {"status", condition.status}});
    set_text(value, "reason", condition.reason);
    set_text(value, "message", condition.message);
    set_time(value, "lastTransitionTime", condition.last_transition);
    return value;
}

Value issuer_value(const IssuerModel& issuer) {
    Value value = Value::object(
        {{"kind", issuer.kind}, {"name", issuer.name}, {"found", Value(issuer.found)}});
    set_text(value, "error", issuer.error);
    set_text(value, "server", issuer.server);
    set_text(value, "ca", issuer.ca);
    set_text(value, "email", issuer.email);
    set_text(value, "account", issuer.account);
    if (issuer.ready) {
        value.set("ready", condition_value(*issuer.ready));
    }
    return value;
}

Value name_value(const NameModel& name) {
    Value value = Value::object({{"name", name.name}});
    set_text(value, "provider", name.provider);
    set_text(value, "solver", name.solver);
    set_text(value, "problem", name.problem);
    return value;
}

Value secret_value(const SecretModel& secret) {
    Value value = Value::object({{"name", secret.name}, {"found", Value(secret.found)}});
    set_text(value, "error", secret.error);
    set_text(value, "type", secret.type);
    value.set("keys", strings(secret.keys));
    set_text(value, "certificate", secret.owner);
    set_text(value, "issuedThrough", secret.issuer);
    return value;
}

Value leaf_value(const LeafModel& leaf, Time now) {
    const auto days = std::chrono::floor<std::chrono::days>(leaf.not_after - now).count();
    Value value = Value::object({{"names", strings(leaf.names)},
                                 {"key", leaf.key},
                                 {"keyMatches", Value(leaf.key_matches)},
                                 {"serial", leaf.serial},
                                 {"sha256Fingerprint", leaf.fingerprint},
                                 {"notBefore", rfc3339(leaf.not_before)},
                                 {"notAfter", rfc3339(leaf.not_after)},
                                 {"daysLeft", Value(static_cast<std::int64_t>(days))}});
    set_time(value, "renewalTime", leaf.renew_from);
    value.set("chain", list_of(leaf.chain, [](const ChainLink& link) {
                  return Value::object({{"subject", link.subject},
                                        {"issuer", link.issuer},
                                        {"notAfter", rfc3339(link.not_after)}});
              }));
    return value;
}

Value user_value(const UserModel& user) {
    return Value::object({{"kind", user.kind},
                          {"namespace", user.ns},
                          {"name", user.name},
                          {"hosts", strings(user.hosts)},
                          {"notCovered", strings(user.not_covered)}});
}

Value order_value(const api::PendingOrder& order) {
    Value value = Value::object({{"url", order.url}, {"names", strings(order.names)}});
    set_time(value, "expires", order.expires);
    Value failures = Value::array();
    for (const api::NameFailure& failure : order.failures) {
        failures.push_back(Value::object({{"name", failure.name}, {"detail", failure.detail}}));
    }
    value.set("failures", std::move(failures));
    return value;
}

Value record_value(const api::PlacedRecord& record) {
    return Value::object({{"name", record.name},
                          {"value", record.value},
                          {"zone", record.zone},
                          {"provider", record.provider},
                          {"solver", record.solver}});
}

Value event_value(const api::Event& event) {
    Value value = Value::object({{"type", event.type},
                                 {"reason", event.reason},
                                 {"message", event.message},
                                 {"source", event.source},
                                 {"count", Value(event.count)}});
    set_text(value, "fieldPath", event.field_path);
    set_time(value, "firstTimestamp", event.first);
    set_time(value, "lastTimestamp", event.last);
    return value;
}

}  // namespace

Value to_value(const Model& model, Time now) {
    Value value = Value::object({{"name", model.meta.name}, {"namespace", model.meta.ns}});
    value.set("advice", list_of(model.advice, advice_value));
    value.set("warnings", list_of(model.warnings, advice_value));
    value.set("labels", string_map(model.meta.labels));
    value.set("annotations", string_map(model.meta.annotations));
    set_time(value, "creationTimestamp", model.meta.created);
    value.set("issuer", issuer_value(model.issuer));
    value.set("names", list_of(model.names, name_value));
    value.set("secret", secret_value(model.secret));
    value.set("keyAskedFor", model.wanted_key);
    if (model.leaf) {
        value.set("certificate", leaf_value(*model.leaf, now));
    }
    set_text(value, "certificateError", model.leaf_error);
    value.set("usedBy", list_of(model.users, user_value));
    set_text(value, "ingressesError", model.ingresses_error);
    set_text(value, "gatewaysError", model.gateways_error);
    if (model.order) {
        value.set("order", order_value(*model.order));
    }
    value.set("records", list_of(model.records, record_value));
    value.set("conditions", list_of(model.conditions, condition_value));
    value.set("events", list_of(model.events, event_value));
    set_text(value, "eventsError", model.events_error);
    return value;
}

}  // namespace kcert::report
