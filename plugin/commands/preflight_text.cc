// SPDX-License-Identifier: Apache-2.0

#include "commands/preflight_text.h"

#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "base/timestamp.h"
#include "cli/table.h"
#include "commands/finding_text.h"

namespace kcert::commands {
namespace {

using issuance::NameCheck;
using issuance::Preflight;
using json::Value;

std::string or_none(const std::string& text) {
    return text.empty() ? "<none>" : printable(text);
}

/// What each server says of the record now: "ns1.example.com.: no such name".
std::string servers_text(const NameCheck& check) {
    std::vector<std::string> views;
    for (const dns01::ServerView& server : check.servers) {
        views.push_back(fmt::format("{}: {}", printable(server.host), printable(server.answer)));
    }
    return views.empty() ? "<none>" : join(views, ", ");
}

std::string name_table(const Preflight& report) {
    std::string table = "NAME\tPROVIDER\tSOLVER\tZONE\tNAME SERVERS SAY\n";
    for (const NameCheck& check : report.names) {
        table += fmt::format("{}\t{}\t{}\t{}\t{}\n", printable(check.name), or_none(check.provider),
                             or_none(check.solver), or_none(check.zone), servers_text(check));
    }
    return cli::align_columns(table, cli::kGetTable);
}

void list(std::string& text, std::string_view heading, const std::vector<std::string>& lines) {
    if (!lines.empty()) {
        text += fmt::format("\n{}:\n", heading);
        for (const std::string& line : lines) {
            text += "  " + printable(line) + "\n";
        }
    }
}

std::vector<std::string> of_names(const Preflight& report,
                                  std::vector<std::string> NameCheck::*member) {
    std::vector<std::string> lines;
    for (const NameCheck& check : report.names) {
        for (const std::string& line : check.*member) {
            lines.push_back(check.name + ": " + line);
        }
    }
    return lines;
}

std::vector<std::string> delegations(const Preflight& report) {
    std::vector<std::string> lines;
    for (const NameCheck& check : report.names) {
        if (!check.cnames.empty()) {
            lines.push_back(fmt::format("{} -> {}", fmt::join(check.cnames, " -> "), check.record));
        }
    }
    return lines;
}

std::vector<std::string> joined(std::vector<std::string> first,
                                const std::vector<std::string>& then) {
    first.insert(first.end(), then.begin(), then.end());
    return first;
}

Value strings(const std::vector<std::string>& texts) {
    Value list = Value::array();
    for (const std::string& text : texts) {
        list.push_back(text);
    }
    return list;
}

Value name_value(const NameCheck& check) {
    Value servers = Value::array();
    for (const dns01::ServerView& server : check.servers) {
        servers.push_back(Value::object({{"host", server.host}, {"answer", server.answer}}));
    }
    return Value::object({{"name", check.name},
                          {"provider", check.provider},
                          {"solver", check.solver},
                          {"zone", check.zone},
                          {"record", check.record},
                          {"cnames", strings(check.cnames)},
                          {"caa", strings(check.caa)},
                          {"servers", std::move(servers)},
                          {"problems", strings(check.problems)},
                          {"warnings", strings(check.warnings)}});
}

}  // namespace

std::string to_text(const Preflight& report) {
    std::string head = fmt::format(
        "Issuer:\t{}\nCA:\t{} ({})\nDirectory:\t{}\nAccount:\t{}\n", kube::describe(report.issuer),
        printable(report.ca), printable(report.ca_trust), printable(report.directory),
        report.account.empty() ? "<unknown>" : printable(report.account));
    std::string text = cli::align_columns(head, cli::kDescribe) + "\n" + name_table(report);
    list(text, "Delegated by CNAME", delegations(report));
    list(text, "Why", report.plan.reasons);
    if (!report.plan.due()) {
        const auto& from = report.plan.renew_from;
        text += fmt::format("\nNothing would be {}: the certificate is good and not due{}.\n",
                            report.writes.empty() ? "written" : "ordered",
                            from ? " before " + iso_date(*from) : "");
    }
    list(text, "Would write", report.writes);
    list(text, "Warnings", joined(report.warnings, of_names(report, &NameCheck::warnings)));
    list(text, report.plan.due() ? "Would fail" : "A renewal would fail as things are",
         joined(report.problems, of_names(report, &NameCheck::problems)));
    return text;
}

Value to_value(const Preflight& report, const kube::ObjectKey& key) {
    Value names = Value::array();
    for (const NameCheck& check : report.names) {
        names.push_back(name_value(check));
    }
    Value findings = Value::array();
    add_findings(findings, key, report.certificate_findings);
    add_findings(findings, report.issuer, report.issuer_findings);
    return Value::object({{"certificate", key.name},
                          {"namespace", key.ns},
                          {"good", Value(report.good())},
                          {"refused", Value(report.refused)},
                          {"issuer", kube::describe(report.issuer)},
                          {"ca", report.ca},
                          {"trust", report.ca_trust},
                          {"directory", report.directory},
                          {"account", report.account},
                          {"names", std::move(names)},
                          {"reasons", strings(report.plan.reasons)},
                          {"writes", strings(report.writes)},
                          {"problems", strings(report.problems)},
                          {"warnings", strings(report.warnings)},
                          {"findings", std::move(findings)}});
}

}  // namespace kcert::commands
