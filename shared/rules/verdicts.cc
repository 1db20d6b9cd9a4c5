// SPDX-License-Identifier: Apache-2.0

#include "rules/verdicts.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "base/duration.h"
#include "base/text.h"

namespace kcert::rules {

using json::FindingKind;

void Verdicts::required(std::string_view rule, json::FieldPath path, std::string detail) {
    findings_.push_back({.rule = std::string(rule),
                         .kind = FindingKind::Required,
                         .path = std::move(path),
                         .detail = std::move(detail)});
}

void Verdicts::invalid(std::string_view rule, json::FieldPath path, std::string shown,
                       std::string detail) {
    findings_.push_back({.rule = std::string(rule),
                         .kind = FindingKind::Invalid,
                         .path = std::move(path),
                         .shown = std::move(shown),
                         .detail = std::move(detail)});
}

void Verdicts::invalid(std::string_view rule, json::FieldPath path, Duration shown,
                       std::string detail) {
    invalid(rule, std::move(path), format_duration(shown), std::move(detail));
    findings_.back().bare = true;
}

void Verdicts::not_supported(std::string_view rule, json::FieldPath path, std::string shown,
                             std::span<const std::string_view> supported) {
    findings_.push_back({.rule = std::string(rule),
                         .kind = FindingKind::NotSupported,
                         .path = std::move(path),
                         .shown = std::move(shown),
                         .detail = "supported values: " + quoted_list(supported)});
}

void Verdicts::forbidden(std::string_view rule, json::FieldPath path, std::string detail) {
    findings_.push_back({.rule = std::string(rule),
                         .kind = FindingKind::Forbidden,
                         .path = std::move(path),
                         .detail = std::move(detail)});
}

void Verdicts::too_long(std::string_view rule, json::FieldPath path, std::size_t limit) {
    findings_.push_back({.rule = std::string(rule),
                         .kind = FindingKind::TooLong,
                         .path = std::move(path),
                         .detail = fmt::format("must have at most {} characters", limit)});
}

void Verdicts::too_many(std::string_view rule, json::FieldPath path, std::size_t count,
                        std::size_t limit) {
    findings_.push_back({.rule = std::string(rule),
                         .kind = FindingKind::TooMany,
                         .path = std::move(path),
                         .shown = std::to_string(count),
                         .detail = fmt::format("must have at most {} items", limit)});
}

void Verdicts::not_found(std::string_view rule, json::FieldPath path, std::string shown,
                         std::string detail, int line) {
    findings_.push_back({.rule = std::string(rule),
                         .kind = FindingKind::NotFound,
                         .path = std::move(path),
                         .shown = std::move(shown),
                         .detail = std::move(detail),
                         .line = line});
}

void Verdicts::duplicate(std::string_view rule, json::FieldPath path, std::string shown,
                         std::string detail) {
    findings_.push_back({.rule = std::string(rule),
                         .kind = FindingKind::Duplicate,
                         .path = std::move(path),
                         .shown = std::move(shown),
                         .detail = std::move(detail)});
}

void Verdicts::warn(std::string_view rule, json::FieldPath path, std::string detail, int line) {
    findings_.push_back({.severity = json::Severity::Warning,
                         .rule = std::string(rule),
                         .kind = FindingKind::Note,
                         .path = std::move(path),
                         .detail = std::move(detail),
                         .line = line});
}

std::string quoted_list(std::span<const std::string_view> values) {
    std::vector<std::string> quoted;
    quoted.reserve(values.size());
    for (const std::string_view value : values) {
        quoted.push_back(fmt::format("\"{}\"", value));
    }
    return join(quoted, ", ");
}

}  // namespace kcert::rules
