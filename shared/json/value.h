// SPDX-License-Identifier: Apache-2.0
//
// A JSON value of our own, so that RapidJSON and yaml-cpp stay inside this room. Objects keep the
// order of their members. A value that was read from a text knows the line it began on.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace kcert::json {

class Value {
  public:
    using Array = std::vector<Value>;
    using Member = std::pair<std::string, Value>;
    using Object = std::vector<Member>;

    Value() = default;  ///< null
    Value(std::nullptr_t) {}
    Value(bool value) : data_(value) {}
    Value(int value) : data_(static_cast<std::int64_t>(value)) {}
    Value(std::int64_t value) : data_(value) {}
    Value(double value) : data_(value) {}
    Value(const char* value) : data_(std::string(value)) {}
    Value(std::string_view value) : data_(std::string(value)) {}
    Value(std::string value) : data_(std::move(value)) {}
    Value(Array value) : data_(std::move(value)) {}
    Value(Object value) : data_(std::move(value)) {}

    /// For literals: Value::object({{"kind", "Secret"}, {"data", std::move(data)}}).
    static Value object(Object members = {}) { return Value(std::move(members)); }
    static Value array(Array elements = {}) { return Value(std::move(elements)); }

    bool is_null() const { return std::holds_alternative<std::monostate>(data_); }
    bool is_bool() const { return std::holds_alternative<bool>(data_); }
    bool is_int() const { return std::holds_alternative<std::int64_t>(data_); }
    bool is_number() const { return is_int() || std::holds_alternative<double>(data_); }
    bool is_string() const { return std::holds_alternative<std::string>(data_); }
    bool is_array() const { return std::holds_alternative<Array>(data_); }
    bool is_object() const { return std::holds_alternative<Object>(data_); }

    /// REQUIRES: the value is of that type; else std::bad_variant_access.
    bool as_bool() const { return std::get<bool>(data_); }
    std::int64_t as_int() const { return std::get<std::int64_t>(data_); }
    double as_double() const;
    const std::string& as_string() const { return std::get<std::string>(data_); }
    const Array& as_array() const { return std::get<Array>(data_); }
    Array& as_array() { return std::get<Array>(data_); }
    const Object& as_object() const { return std::get<Object>(data_); }
    Object& as_object() { return std::get<Object>(data_); }

    /// The member of that name; null (the shared null value) where this is no object or has none.
    const Value& operator[](std::string_view name) const;
    /// The member below a path of names: at({"metadata", "name"}); null where a step is missing.
    const Value& at(std::initializer_list<std::string_view> path) const;
    /// The text at a path; empty where there is none or it is no string.
    std::string_view text(std::initializer_list<std::string_view> path) const;
    bool has(std::string_view name) const { return find(name) != nullptr; }
    const Value* find(std::string_view name) const;

    /// Sets or adds a member. A null value becomes an object first.
    Value& set(std::string_view name, Value value);
    /// The member of that name, added as null where missing. A null value becomes an object first.
    Value& member(std::string_view name);
    /// True when there was one.
    bool erase(std::string_view name);
    /// A null value becomes an array first.
    void push_back(Value value);

    /// The line of the text where it began, from 1; 0 where it was not read from a text.
    int line() const { return line_; }
    void set_line(int line) { line_ = line; }

    /// "null", "boolean", "integer", "number", "string", "array", "object".
    std::string_view type_name() const;

    /// Equal content; members in any order, lines aside.
    bool operator==(const Value& other) const;

  private:
    std::variant<std::monostate, bool, std::int64_t, double, std::string, Array, Object> data_;
    int line_ = 0;
};

}  // namespace kcert::json
