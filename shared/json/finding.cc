// SPDX-License-Identifier: Apache-2.0

#include "json/finding.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace kcert::json {
namespace {

/// How apimachinery's field.Error names each kind.
std::string_view title(FindingKind kind) {
    switch (kind) {
        case FindingKind::Required:
            return "Required value";
        case FindingKind::Invalid:
            return "Invalid value";
        case FindingKind::NotSupported:
            return "Unsupported value";
        case FindingKind::Forbidden:
            return "Forbidden";
        case FindingKind::TooLong:
            return "Too long";
        case FindingKind::TooMany:
            return "Too many";
        case FindingKind::NotFound:
            return "Not found";
        case FindingKind::Duplicate:
            return "Duplicate value";
        case FindingKind::TypeInvalid:
            return "Invalid type";
        case FindingKind::Note:
            break;
    }
    return "";
}

/// Whether the value belongs into the text, be it empty or not.
bool shows_value(FindingKind kind) {
    return kind == FindingKind::Invalid || kind == FindingKind::NotSupported ||
           kind == FindingKind::TooMany || kind == FindingKind::NotFound ||
           kind == FindingKind::Duplicate;
}

bool is_number(std::string_view text) {
    text.remove_prefix(text.starts_with('-') ? 1 : 0);
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// Numbers bare, all else in quotes, as Go's %q and %v do it.
std::string quoted(std::string_view shown) {
    return is_number(shown) ? std::string(shown) : fmt::format("\"{}\"", printable(shown));
}

}  // namespace

std::string format(const Finding& finding) {
    std::vector<std::string> parts;
    if (!finding.path.text().empty()) {
        parts.push_back(printable(finding.path.text()));
    }
    if (finding.kind != FindingKind::Note) {
        parts.emplace_back(title(finding.kind));
    }
    if (shows_value(finding.kind)) {
        parts.push_back(quoted(finding.shown));
    }
    if (!finding.detail.empty()) {
        parts.push_back(printable(finding.detail));
    }
    return join(parts, ": ");
}

std::string format_located(const Finding& finding, std::string_view file) {
    if (file.empty()) {
        return format(finding) +
               (finding.line > 0 ? fmt::format(" (line {} of its file)", finding.line) : "");
    }
    const std::string line = finding.line > 0 ? fmt::format(":{}", finding.line) : "";
    return fmt::format("{} ({}{})", format(finding), printable(file), line);
}

bool has_errors(const Findings& findings) {
    return std::any_of(findings.begin(), findings.end(),
                       [](const Finding& f) { return f.severity == Severity::Error; });
}

}  // namespace kcert::json
