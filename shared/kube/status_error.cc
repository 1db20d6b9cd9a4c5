// SPDX-License-Identifier: Apache-2.0

#include "kube/status_error.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "base/text.h"

namespace kcert::kube {
namespace {

/// Each fault once: "spec.dnsNames[0]: Invalid value: …".
std::vector<std::string> fault_lines(const StatusDetails& details) {
    std::vector<std::string> lines;
    for (const StatusCause& cause : details.causes) {
        std::string line = cause.field + ": " + cause.message;
        if (std::find(lines.begin(), lines.end(), line) == lines.end()) {
            lines.push_back(std::move(line));
        }
    }
    return lines;
}

std::string invalid(const StatusError& refusal, const StatusDetails& details) {
    std::string text = "The request is invalid";
    if (!details.kind.empty() || !details.name.empty()) {
        text = fmt::format("The {} \"{}\" is invalid", details.kind, details.name);
    } else if (details.causes.empty() && !refusal.words().empty()) {
        text += ": " + refusal.words();
    }
    const std::vector<std::string> lines = fault_lines(details);
    if (lines.size() == 1) {
        return text + ": " + lines.front();
    }
    for (const std::string& line : lines) {
        text += (&line == &lines.front() ? ": \n* " : "\n* ") + line;
    }
    return text;
}

/// What while_doing() put in front since it was said: "issuing web: ".
std::string_view context(const StatusError& refusal) {
    std::string_view all = refusal.what();
    all.remove_suffix(std::min(refusal.words().size(), all.size()));
    return all;
}

std::string said(const StatusError& refusal) {
    const auto& details = refusal.details();
    if (!details) {
        return fmt::format("error: {}", refusal.what());
    }
    if (refusal.reason() == "Unauthorized") {
        return fmt::format("error: You must be logged in to the server ({})", refusal.words());
    }
    if (refusal.reason() == "Invalid") {
        return fmt::format("{}{}", context(refusal), invalid(refusal, *details));
    }
    return refusal.reason().empty()
               ? fmt::format("Error from server: {}", refusal.what())
               : fmt::format("Error from server ({}): {}", refusal.reason(), refusal.what());
}

}  // namespace

std::string as_kubectl_says(const StatusError& refusal) {
    return printable_lines(said(refusal));
}

}  // namespace kcert::kube
