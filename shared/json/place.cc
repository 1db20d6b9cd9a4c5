// SPDX-License-Identifier: Apache-2.0

#include "json/place.h"

#include <algorithm>
#include <charconv>
#include <string_view>

namespace kcert::json {
namespace {

/// Takes the first step off a path: a name up to a dot or bracket, or what stands in brackets,
/// which may hold dots.
std::string_view take_step(std::string_view& path) {
    if (path.starts_with('.')) {
        path.remove_prefix(1);
    }
    const bool bracket = path.starts_with('[');
    if (bracket) {
        path.remove_prefix(1);
    }
    const std::size_t end = std::min(path.find_first_of(bracket ? "]" : ".["), path.size());
    const std::string_view step = path.substr(0, end);
    path.remove_prefix(bracket ? std::min(end + 1, path.size()) : end);
    return step;
}

/// The member or element that a step leads to; null where there is none.
const Value* follow(const Value& value, std::string_view step) {
    if (!value.is_array()) {
        return value.find(step);
    }
    std::size_t index = 0;
    const auto [end, error] = std::from_chars(step.data(), step.data() + step.size(), index);
    const bool found =
        error == std::errc() && end == step.data() + step.size() && index < value.as_array().size();
    return found ? &value.as_array()[index] : nullptr;
}

}  // namespace

int line_of(const Value& root, const FieldPath& path) {
    std::string_view rest = path.text();
    const Value* value = &root;
    int line = root.line();
    while (!rest.empty() && value != nullptr) {
        value = follow(*value, take_step(rest));
        if (value != nullptr && value->line() > 0) {
            line = value->line();
        }
    }
    return line;
}

void settle(Findings& findings, const Value& root, const std::string& file) {
    findings = without_echoes(std::move(findings));
    for (Finding& finding : findings) {
        if (finding.file.empty()) {
            finding.file = file;
            finding.line = finding.line > 0 ? finding.line : line_of(root, finding.path);
        }
    }
}

}  // namespace kcert::json
