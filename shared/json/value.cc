// SPDX-License-Identifier: Apache-2.0

#include "json/value.h"

#include <algorithm>

namespace kcert::json {
namespace {

const Value& shared_null() {
    static const Value null;
    return null;
}

std::vector<const Value::Member*> by_name(const Value::Object& object) {
    std::vector<const Value::Member*> members;
    members.reserve(object.size());
    for (const Value::Member& member : object) {
        members.push_back(&member);
    }
    std::sort(members.begin(), members.end(),
              [](const auto* a, const auto* b) { return a->first < b->first; });
    return members;
}

bool same_members(const Value::Object& a, const Value::Object& b) {
    if (a.size() != b.size()) {
        return false;
    }
    const auto left = by_name(a);
    const auto right = by_name(b);
    return std::equal(left.begin(), left.end(), right.begin(),
                      [](const auto* x, const auto* y) { return *x == *y; });
}

}  // namespace

double Value::as_double() const {
    return is_int() ? static_cast<double>(as_int()) : std::get<double>(data_);
}

const Value* Value::find(std::string_view name) const {
    if (const auto* object = std::get_if<Object>(&data_)) {
        for (const Member& member : *object) {
            if (member.first == name) {
                return &member.second;
            }
        }
    }
    return nullptr;
}

const Value& Value::operator[](std::string_view name) const {
    const Value* found = find(name);
    return found ? *found : shared_null();
}

const Value& Value::at(std::initializer_list<std::string_view> path) const {
    const Value* value = this;
    for (const std::string_view name : path) {
        value = &(*value)[name];
    }
    return *value;
}

std::string_view Value::text(std::initializer_list<std::string_view> path) const {
    const Value& value = at(path);
    return value.is_string() ? std::string_view(value.as_string()) : std::string_view();
}

Value& Value::member(std::string_view name) {
    if (is_null()) {
        data_ = Object();
    }
    auto& members = as_object();
    for (Member& member : members) {
        if (member.first == name) {
            return member.second;
        }
    }
    return members.emplace_back(std::string(name), Value()).second;
}

Value& Value::set(std::string_view name, Value value) {
    Value& place = member(name);
    place = std::move(value);
    return place;
}

bool Value::erase(std::string_view name) {
    auto* object = std::get_if<Object>(&data_);
    return object &&
           std::erase_if(*object, [name](const Member& m) { return m.first == name; }) > 0;
}

void Value::push_back(Value value) {
    if (is_null()) {
        data_ = Array();
    }
    as_array().push_back(std::move(value));
}

std::string_view Value::type_name() const {
    constexpr std::string_view kNames[] = {"null",   "boolean", "integer", "number",
                                           "string", "array",   "object"};
    return kNames[data_.index()];
}

bool Value::operator==(const Value& other) const {
    if (is_number() && other.is_number() && is_int() != other.is_int()) {
        return as_double() == other.as_double();
    }
    if (is_object() && other.is_object()) {
        return same_members(as_object(), other.as_object());
    }
    return data_ == other.data_;
}

}  // namespace kcert::json
