// SPDX-License-Identifier: Apache-2.0

#include "json/finding.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.h"

namespace kcert::json {
namespace {

/// How apimachinery's field.Error names each kind.
std::string_view title(FindingKind kind) {
    switch (kind) {
        case FindingKind::Required:
            return "Required value";
        case FindingKind::Invalid:
        case FindingKind::TypeInvalid:
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
        case FindingKind::Note:
            break;
    }
    return "";
}

constexpr std::size_t kMostShown = 512;

std::string shown_part(std::string_view text) {
    return printable(shortened(text, kMostShown));
}

/// Whether the value belongs into the text: be it empty or not, but for a type's name.
bool shows_value(const Finding& finding) {
    const FindingKind kind = finding.kind;
    return (kind == FindingKind::TypeInvalid && !finding.shown.empty()) ||
           kind == FindingKind::Invalid || kind == FindingKind::NotSupported ||
           kind == FindingKind::TooMany || kind == FindingKind::NotFound ||
           kind == FindingKind::Duplicate;
}

bool is_bare(std::string_view text) {
    if (text == "true" || text == "false") {
        return true;
    }
    text.remove_prefix(text.starts_with('-') ? 1 : 0);
    return !text.empty() && text.size() <= kMostShown &&
           text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// Numbers, truths and what has a text form of its own bare, all else in quotes, as field.Error
/// does it.
std::string quoted(const Finding& finding) {
    return finding.bare || is_bare(finding.shown)
               ? shown_part(finding.shown)
               : fmt::format("\"{}\"", shown_part(finding.shown));
}

/// Whether `path` is one of `paths` or leads below one of them.
bool stands_within(const std::string& path, const std::set<std::string>& paths) {
    for (std::size_t end = path.find_first_of(".["); end != std::string::npos;
         end = path.find_first_of(".[", end + 1)) {
        if (paths.contains(path.substr(0, end))) {
            return true;
        }
    }
    return paths.contains(path);
}

/// Whether one of `paths` leads to or below an element of the list at `path`.
bool has_element(const std::string& path, const std::set<std::string>& paths) {
    const auto next = paths.lower_bound(path + "[");
    return next != paths.end() && next->starts_with(path + "[");
}

}  // namespace

std::string format(const Finding& finding) {
    std::vector<std::string> parts;
    if (!finding.path.text().empty()) {
        parts.push_back(shown_part(finding.path.text()));
    }
    if (finding.kind != FindingKind::Note) {
        parts.emplace_back(title(finding.kind));
    }
    if (shows_value(finding)) {
        parts.push_back(quoted(finding));
    }
    if (!finding.detail.empty()) {
        parts.push_back(shown_part(finding.detail));
    }
    return join(parts, ": ");
}

std::string format_located(const Finding& finding) {
    if (finding.file.empty()) {
        return format(finding);
    }
    return fmt::format("{} ({}{})", format(finding),
                       finding.file == "-" ? "standard input" : printable(finding.file),
                       finding.line > 0 ? fmt::format(":{}", finding.line) : "");
}

Findings without_echoes(Findings findings) {
    std::set<std::string> mistyped;
    for (const Finding& finding : findings) {
        if (finding.kind == FindingKind::TypeInvalid) {
            mistyped.insert(finding.path.text());
        }
    }
    std::erase_if(findings, [&](const Finding& finding) {
        const std::string& path = finding.path.text();
        return finding.kind != FindingKind::TypeInvalid &&
               (stands_within(path, mistyped) ||
                (finding.kind == FindingKind::Required && has_element(path, mistyped)));
    });
    return findings;
}

bool has_errors(const Findings& findings) {
    return std::any_of(findings.begin(), findings.end(),
                       [](const Finding& f) { return f.severity == Severity::Error; });
}

}  // namespace kcert::json
