// SPDX-License-Identifier: Apache-2.0
//
// Where in an object something stands, as the API server writes it: spec.acme.config[1].domains.

#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace kcert::json {

class FieldPath {
  public:
    FieldPath() = default;
    explicit FieldPath(std::string text) : text_(std::move(text)) {}

    FieldPath child(std::string_view name) const {
        return FieldPath(text_.empty() ? std::string(name) : text_ + "." + std::string(name));
    }
    FieldPath index(std::size_t i) const {
        return FieldPath(text_ + "[" + std::to_string(i) + "]");
    }
    /// A key that may hold dots: metadata.annotations[certmanager.k8s.io/issuer-name].
    FieldPath key(std::string_view name) const {
        return FieldPath(text_ + "[" + std::string(name) + "]");
    }

    const std::string& text() const { return text_; }
    bool operator==(const FieldPath&) const = default;

  private:
    std::string text_;
};

}  // namespace kcert::json
