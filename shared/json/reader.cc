// SPDX-License-Identifier: Apache-2.0

#include "json/reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace kcert::json {
namespace {

const Value& null_value() {
    static const Value null;
    return null;
}

Finding type_fault(const Value& value, FieldPath path, std::string_view wanted) {
    return {.severity = Severity::Error,
            .rule = "schema/type",
            .kind = FindingKind::TypeInvalid,
            .path = std::move(path),
            .shown = std::string(value.type_name()),
            .detail = fmt::format("must be of type {}", wanted),
            .line = value.line()};
}

}  // namespace

ObjectReader::ObjectReader(const Value& value, FieldPath path, Findings& findings)
    : value_(&value), path_(std::move(path)), findings_(&findings) {
    if (!value.is_object() && !value.is_null()) {
        findings.push_back(type_fault(value, path_, "object"));
        value_ = &null_value();
    }
}

const Value* ObjectReader::member(std::string_view name) {
    asked_.emplace_back(name);
    const Value* found = value_->find(name);
    return found && !found->is_null() ? found : nullptr;
}

void ObjectReader::mistyped(std::string_view name, const Value& value, std::string_view wanted) {
    findings_->push_back(type_fault(value, path_.child(name), wanted));
}

std::optional<std::string> ObjectReader::optional_string(std::string_view name) {
    const Value* value = member(name);
    if (value && !value->is_string()) {
        mistyped(name, *value, "string");
        return std::nullopt;
    }
    return value ? std::optional(value->as_string()) : std::nullopt;
}

std::string ObjectReader::string(std::string_view name) {
    return optional_string(name).value_or("");
}

std::int64_t ObjectReader::integer(std::string_view name) {
    const Value* value = member(name);
    if (value && !value->is_int()) {
        mistyped(name, *value, "integer");
        return 0;
    }
    return value ? value->as_int() : 0;
}

bool ObjectReader::boolean(std::string_view name) {
    const Value* value = member(name);
    if (value && !value->is_bool()) {
        mistyped(name, *value, "boolean");
        return false;
    }
    return value && value->as_bool();
}

std::vector<std::string> ObjectReader::strings(std::string_view name) {
    const Value* value = member(name);
    std::vector<std::string> texts;
    if (value && !value->is_array()) {
        mistyped(name, *value, "array");
    } else if (value) {
        const Value::Array& elements = value->as_array();
        for (std::size_t i = 0; i < elements.size(); ++i) {
            if (elements[i].is_string()) {
                texts.push_back(elements[i].as_string());
            } else {
                texts.emplace_back();  // the others keep their places
                findings_->push_back(type_fault(elements[i], path_.child(name).index(i), "string"));
            }
        }
    }
    return texts;
}

std::vector<std::pair<std::string, std::string>> ObjectReader::string_map(std::string_view name) {
    const Value* value = member(name);
    std::vector<std::pair<std::string, std::string>> texts;
    if (value && !value->is_object()) {
        mistyped(name, *value, "object");
    } else if (value) {
        for (const auto& [key, text] : value->as_object()) {
            if (text.is_string()) {
                texts.emplace_back(key, text.as_string());
            } else {
                findings_->push_back(type_fault(text, path_.child(name).key(key), "string"));
            }
        }
    }
    return texts;
}

std::optional<ObjectReader> ObjectReader::object(std::string_view name) {
    const Value* value = member(name);
    if (!value) {
        return std::nullopt;
    }
    return ObjectReader(*value, path_.child(name), *findings_);
}

std::vector<ObjectReader> ObjectReader::objects(std::string_view name) {
    const Value* value = member(name);
    std::vector<ObjectReader> readers;
    if (value && !value->is_array()) {
        mistyped(name, *value, "array");
    } else if (value) {
        const Value::Array& elements = value->as_array();
        for (std::size_t i = 0; i < elements.size(); ++i) {
            readers.emplace_back(elements[i], path_.child(name).index(i), *findings_);
        }
    }
    return readers;
}

const Value& ObjectReader::raw(std::string_view name) {
    const Value* value = member(name);
    return value ? *value : null_value();
}

bool ObjectReader::has(std::string_view name) const {
    const Value* value = value_->find(name);
    return value && !value->is_null();
}

std::vector<std::string> ObjectReader::names() const {
    std::vector<std::string> names;
    if (value_->is_object()) {
        for (const auto& [name, value] : value_->as_object()) {
            names.push_back(name);
        }
    }
    return names;
}

void ObjectReader::report_unknown(std::initializer_list<std::string_view> also_known) {
    if (!value_->is_object()) {
        return;
    }
    std::vector<std::string_view> known(asked_.begin(), asked_.end());
    known.insert(known.end(), also_known);
    for (const auto& [name, value] : value_->as_object()) {
        if (std::find(known.begin(), known.end(), name) != known.end()) {
            continue;
        }
        const std::string meant = closest(name, known);
        findings_->push_back(
            {.severity = Severity::Warning,
             .rule = "schema/unknown-field",
             .kind = FindingKind::Note,
             .path = path_.child(name),
             .detail = meant.empty() ? "unknown field"
                                     : fmt::format("unknown field, did you mean \"{}\"?", meant),
             .line = value.line()});
    }
}

}  // namespace kcert::json
