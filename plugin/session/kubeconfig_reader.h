// SPDX-License-Identifier: Apache-2.0
//
// Typed reading of a kubeconfig's members that words a wrong type as kubectl does: "json: cannot
// unmarshal number into Go struct field Cluster.clusters.cluster.server of type string".

#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "json/value.h"

namespace kcert::session {

/// Reads one object. Members have to be asked for in alphabetical order: the first fault is the one
/// that is thrown, and kubectl meets them in that order.
class KubeconfigReader {
  public:
    using Each = std::function<void(const KubeconfigReader&)>;

    /// `type` as kubectl's messages name it ("Cluster"), `path` the members that led here.
    /// `value` must outlive the reader.
    KubeconfigReader(const json::Value& value, std::string type, std::string path)
        : value_(value), type_(std::move(type)), path_(std::move(path)) {}

    /// The member, or the default where absent or null. All throw Error{Config}.
    std::string text(std::string_view name) const;
    bool flag(std::string_view name) const;
    std::string bytes(std::string_view name) const;  ///< base64, decoded
    std::vector<std::string> texts(std::string_view name) const;
    std::vector<std::pair<std::string, std::string>> text_map(std::string_view name) const;
    std::vector<std::pair<std::string, std::vector<std::string>>> texts_map(
        std::string_view name) const;

    /// An object member of that type; `read` is called where it is there.
    void object(std::string_view name, const std::string& type, const Each& read) const;
    /// The elements of a list of such objects; a null counts as an empty one.
    void objects(std::string_view name, const std::string& type, const Each& read) const;

    const json::Value& raw(std::string_view name) const { return value_[name]; }

  private:
    /// The member where it is there and of the type that `fits`; null where it is not there.
    const json::Value* member(std::string_view name, bool (json::Value::*fits)() const,
                              std::string_view go_type) const;
    std::vector<std::string> elements(std::string_view name, const json::Value& list) const;
    [[noreturn]] void refuse(std::string_view name, const json::Value& found,
                             std::string_view go_type) const;
    std::string path_to(std::string_view name) const;

    const json::Value& value_;
    std::string type_;
    std::string path_;
};

/// "number", "array": what a value is called in these messages.
std::string_view go_kind(const json::Value& value);

}  // namespace kcert::session
