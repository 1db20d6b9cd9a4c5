// SPDX-License-Identifier: Apache-2.0

#include "kube/status_error.h"

#include <fmt/format.h>

#include <algorithm>

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

std::string invalid(const std::string& message, const StatusDetails& details) {
    std::string text = "The request is invalid";
    if (!details.kind.empty() || !details.name.empty()) {
        text = fmt::format("The {} \"{}\" is invalid", details.kind, details.name);
    } else if (details.causes.empty() && !message.empty()) {
        text += ": " + message;
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

OwnWords kubectls_words(const std::string& reason, const std::string& message,
                        const StatusDetails& details) {
    const std::string shown = printable_lines(message);
    if (reason == "Unauthorized") {
        return {"error: ", fmt::format("You must be logged in to the server ({})", shown)};
    }
    if (reason == "Invalid") {
        return {"", printable_lines(invalid(message, details))};
    }
    return {reason.empty() ? "Error from server: "
                           : fmt::format("Error from server ({}): ", printable(reason)),
            shown};
}

}  // namespace

StatusError::StatusError(int code, std::string reason, const std::string& message,
                         StatusDetails details)
    : Error(ErrorKind::Declined, message, kubectls_words(reason, message, details)),
      code_(code),
      reason_(std::move(reason)),
      words_(message),
      details_(std::move(details)) {}

}  // namespace kcert::kube
