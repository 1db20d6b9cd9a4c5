// SPDX-License-Identifier: Apache-2.0
//
// Gathers the Findings of one object, in the words of apimachinery's field.Error. Rules say what is
// wrong; the kind's fixed wording is added here.

#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "json/finding.h"

namespace kcert::rules {

class Verdicts {
  public:
    void required(std::string_view rule, json::FieldPath path, std::string detail);
    void invalid(std::string_view rule, json::FieldPath path, std::string shown,
                 std::string detail);
    void invalid(std::string_view rule, json::FieldPath path, Duration shown, std::string detail);
    void not_supported(std::string_view rule, json::FieldPath path, std::string shown,
                       std::span<const std::string_view> supported);
    void forbidden(std::string_view rule, json::FieldPath path, std::string detail);
    void too_long(std::string_view rule, json::FieldPath path, std::size_t limit);
    void too_many(std::string_view rule, json::FieldPath path, std::size_t count,
                  std::size_t limit);
    /// `line`: of the reference in its file; 0 where unknown.
    void not_found(std::string_view rule, json::FieldPath path, std::string shown,
                   std::string detail, int line = 0);
    void duplicate(std::string_view rule, json::FieldPath path, std::string shown,
                   std::string detail = "");
    void warn(std::string_view rule, json::FieldPath path, std::string detail, int line = 0);

    json::Findings& findings() { return findings_; }
    json::Findings take() { return std::move(findings_); }

  private:
    json::Findings findings_;
};

/// "a", "b", "c": values as apimachinery lists them.
std::string quoted_list(std::span<const std::string_view> values);

}  // namespace kcert::rules
