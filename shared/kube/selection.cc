// SPDX-License-Identifier: Apache-2.0

#include "kube/selection.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/error.h"
#include "base/text.h"

namespace kcert::kube {
namespace {

/// The requirement's place in the object's labels; nothing where it has no such label.
std::optional<std::string_view> label_of(const json::Value& object, const std::string& key) {
    const json::Value& label = object.at({"metadata", "labels", key});
    return label.is_string() ? std::optional<std::string_view>(label.as_string()) : std::nullopt;
}

std::optional<std::int64_t> whole_number(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool all = fault == std::errc() && end == text.data() + text.size();
    return all ? std::optional(number) : std::nullopt;
}

bool compares(const LabelRequirement& requirement, std::optional<std::string_view> label) {
    const auto is = label ? whole_number(*label) : std::nullopt;
    const auto bound = whole_number(requirement.values.at(0));
    const bool greater = requirement.op == LabelRequirement::Operator::Greater;
    return is && bound && (greater ? *is > *bound : *is < *bound);
}

bool holds(const LabelRequirement& requirement, const json::Value& object) {
    using Operator = LabelRequirement::Operator;
    const std::optional<std::string_view> label = label_of(object, requirement.key);
    const auto& values = requirement.values;
    const bool listed = label && std::find(values.begin(), values.end(), *label) != values.end();
    switch (requirement.op) {
        case Operator::In:
            return listed;
        case Operator::NotIn:  // so is an object without the label
            return !listed;
        case Operator::Exists:
            return label.has_value();
        case Operator::Absent:
            return !label;
        default:
            return compares(requirement, label);
    }
}

/// A field as a selector compares it: text as it is, numbers and booleans as they are written.
std::string field_of(const json::Value& object, std::string_view path) {
    const json::Value* value = &object;
    for (const std::string& step : split(path, '.')) {
        value = &(*value)[step];
    }
    if (value->is_string()) {
        return value->as_string();
    }
    if (value->is_int()) {
        return fmt::to_string(value->as_int());
    }
    return value->is_bool() ? fmt::to_string(value->as_bool()) : "";
}

bool holds(const FieldRequirement& requirement, const json::Value& object) {
    const bool equal = field_of(object, requirement.path) == requirement.value;
    return equal == (requirement.op == FieldRequirement::Operator::Equal);
}

/// The terms between commas that no backslash stands before; the backslashes stay.
std::vector<std::string> field_terms(std::string_view text) {
    std::vector<std::string> terms(1);
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\' && i + 1 < text.size()) {
            terms.back() += text[i++];
            terms.back() += text[i];
        } else if (text[i] == ',') {
            terms.emplace_back();
        } else {
            terms.back() += text[i];
        }
    }
    return terms;
}

/// The value as it was meant; nothing where a backslash or an equals sign stands there bare.
std::optional<std::string> without_escapes(std::string_view text) {
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool escape = text[i] == '\\';
        if (text[i] == '=' || text[i] == ',') {
            return std::nullopt;
        }
        if (escape && (++i == text.size() ||
                       std::string_view("\\,=").find(text[i]) == std::string_view::npos)) {
            return std::nullopt;
        }
        plain += text[i];
    }
    return plain;
}

std::optional<FieldRequirement> field_requirement(std::string_view term) {
    const std::size_t equals = term.find('=');
    if (equals == std::string_view::npos || equals == 0) {
        return std::nullopt;
    }
    const bool negated = term[equals - 1] == '!';
    const bool doubled = !negated && term.substr(equals).starts_with("==");
    const std::string_view path = term.substr(0, equals - (negated ? 1 : 0));
    const auto value = without_escapes(term.substr(equals + (doubled ? 2 : 1)));
    if (path.empty() || !value) {
        return std::nullopt;
    }
    using Operator = FieldRequirement::Operator;
    return FieldRequirement{.path = std::string(path),
                            .op = negated ? Operator::NotEqual : Operator::Equal,
                            .value = *value};
}

}  // namespace

Selection events_about(const ObjectKey& about, std::string_view uid) {
    Selection selection{.ns = about.ns,
                        .fields = fmt::format("involvedObject.kind={}", about.kind.kind)};
    const auto require = [&](std::string_view field, std::string_view value) {
        // With these in it a value would be read as something else, and no object has such a one.
        if (!value.empty() && value.find_first_of(",=\\") == std::string_view::npos) {
            selection.fields += fmt::format(",involvedObject.{}={}", field, value);
        }
    };
    require("namespace", about.ns);
    require("name", about.name);
    require("uid", uid);
    return selection;
}

std::vector<FieldRequirement> parse_field_selector(std::string_view text) {
    std::vector<FieldRequirement> requirements;
    for (const std::string& term : field_terms(text)) {
        if (term.empty()) {
            continue;
        }
        const std::optional<FieldRequirement> requirement = field_requirement(term);
        if (!requirement) {
            throw Error(ErrorKind::Usage,
                        fmt::format("invalid selector: '{}'; can't understand '{}'",
                                    printable(text), printable(term)));
        }
        requirements.push_back(*requirement);
    }
    return requirements;
}

bool Selector::matches(const json::Value& object) const {
    const auto held = [&](const auto& requirement) { return holds(requirement, object); };
    return std::all_of(labels_.begin(), labels_.end(), held) &&
           std::all_of(fields_.begin(), fields_.end(), held);
}

}  // namespace kcert::kube
