// SPDX-License-Identifier: Apache-2.0

#include "commands/finding_text.h"

#include <fmt/format.h>

#include "base/text.h"

namespace kcert::commands {
namespace {

constexpr std::size_t kMostShown = 512;

std::string shown_name(const kube::ObjectKey& key) {
    return printable(shortened(key.name, kMostShown));
}

json::Value finding_value(const kube::ObjectKey& key, const json::Finding& finding) {
    const bool warning = finding.severity == json::Severity::Warning;
    json::Value value = json::Value::object({{"severity", warning ? "warning" : "error"},
                                             {"rule", finding.rule},
                                             {"kind", key.kind.kind},
                                             {"name", key.name}});
    if (!key.ns.empty()) {
        value.set("namespace", key.ns);
    }
    value.set("path", finding.path.text());
    value.set("message", json::format(finding));
    if (!finding.file.empty()) {
        value.set("file", finding.file);
    }
    if (finding.line > 0) {
        value.set("line", finding.line);
    }
    return value;
}

}  // namespace

std::string resource_name(const kube::ObjectKey& key) {
    return fmt::format("{}.{}/{}", to_lower(key.kind.kind), key.kind.group, shown_name(key));
}

std::string shown_file(const std::string& file) {
    return file == "-" ? "standard input" : printable(file);
}

void tell_findings(const kube::ObjectKey& key, const json::Findings& findings,
                   cli::Console& console) {
    const std::string object = fmt::format("{} \"{}\"", key.kind.kind, shown_name(key));
    std::vector<std::string> faults;
    for (const json::Finding& finding : findings) {
        if (finding.severity == json::Severity::Warning) {
            console.warn(object + ": " + json::format_located(finding));
        } else {
            faults.push_back(json::format_located(finding));
        }
    }
    if (faults.size() == 1) {
        console.err(fmt::format("The {} is invalid: {}\n", object, faults.front()));
    } else if (!faults.empty()) {
        console.err(fmt::format("The {} is invalid:\n* {}\n", object, fmt::join(faults, "\n* ")));
    }
}

void add_findings(json::Value& list, const kube::ObjectKey& key, const json::Findings& findings) {
    for (const json::Finding& finding : findings) {
        list.push_back(finding_value(key, finding));
    }
}

}  // namespace kcert::commands
