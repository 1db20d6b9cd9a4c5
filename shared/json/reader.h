// SPDX-License-Identifier: Apache-2.0
//
// Typed reading of a Value. A wrong type becomes a Finding with its path and reading goes on with
// the default; members that nobody asked for become warnings with «did you mean».

#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json/finding.h"
#include "json/value.h"

namespace kcert::json {

/// Reads the members of one object. Where `value` is neither object nor null, that is a Finding
/// and every member reads as absent. `value` and `findings` must outlive the reader.
class ObjectReader {
  public:
    ObjectReader(const Value& value, FieldPath path, Findings& findings);

    /// The member, or the default ("" / 0 / false / empty / nothing) where absent, null or
    /// mistyped.
    std::string string(std::string_view name);
    std::optional<std::string> optional_string(std::string_view name);
    std::int64_t integer(std::string_view name);
    bool boolean(std::string_view name);
    /// A mistyped element reads as "".
    std::vector<std::string> strings(std::string_view name);
    /// Strings by key, as labels and annotations are.
    std::vector<std::pair<std::string, std::string>> string_map(std::string_view name);
    /// A reader of an object member; nothing where it is absent or null.
    std::optional<ObjectReader> object(std::string_view name);
    /// Readers of the elements of a list of objects.
    std::vector<ObjectReader> objects(std::string_view name);
    /// Any JSON, untyped; null where absent.
    const Value& raw(std::string_view name);

    bool has(std::string_view name) const;
    /// The names of all members.
    std::vector<std::string> names() const;
    const FieldPath& path() const { return path_; }
    int line() const { return value_->line(); }

    /// Warns of members that were never asked for. Call once, after the last read.
    void report_unknown(std::initializer_list<std::string_view> also_known = {});

  private:
    const Value* member(std::string_view name);
    void mistyped(std::string_view name, const Value& value, std::string_view wanted);

    const Value* value_;
    FieldPath path_;
    Findings* findings_;
    std::vector<std::string> asked_;
};

}  // namespace kcert::json
