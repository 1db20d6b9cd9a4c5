// SPDX-License-Identifier: Apache-2.0

#include <algorithm>

#include <fmt/format.h>

#include "base/duration.h"
#include "base/text.h"
#include "base/timestamp.h"
#include "cli/table.h"
#include "report/print.h"

namespace kcert::report {
namespace {

constexpr std::string_view kNone = "<none>";
constexpr std::string_view kUnset = "<unset>";
constexpr std::string_view kLastApplied = "kubectl.kubernetes.io/last-applied-configuration";
constexpr std::size_t kLongestAnnotation = 140;  // kubectl shortens what is longer

/// Of a text that somebody else wrote; who wants all of a longer one asks for data.
constexpr std::size_t kLongestText = 16UL * 1024;

/// The lines of a text from outside, each harmless for a terminal.
std::vector<std::string> shown_lines(std::string_view text) {
    std::vector<std::string> lines = split(trim(shortened(text, kLongestText)), '\n');
    for (std::string& line : lines) {
        line = printable(line);
    }
    return lines;
}

/// Lines of "Label:" TAB value, two spaces a level.
class Sheet {
  public:
    void line(int level, std::string_view label, std::string_view value,
              std::string_view empty = kUnset) {
        row(level, fmt::format("{}:\t", label), value.empty() ? empty : value);
    }
    /// `head`, whose cells end in tabs, and a last cell of as many lines as `text` has.
    void row(int level, const std::string& head, std::string_view text) {
        const std::string below(static_cast<std::size_t>(std::ranges::count(head, '\t')), '\t');
        const std::vector<std::string> shown = shown_lines(text);
        for (std::size_t i = 0; i < shown.size(); ++i) {
            raw(level, (i == 0 ? head : below) + shown[i]);
        }
    }
    void heading(int level, std::string_view label) { raw(level, fmt::format("{}:", label)); }
    /// Several values under one label, each on its line.
    void lines(int level, std::string_view label, const std::vector<std::string>& values) {
        if (values.empty()) {
            line(level, label, "", kNone);
        }
        for (std::size_t i = 0; i < values.size(); ++i) {
            raw(level, fmt::format("{}\t{}", i == 0 ? std::string(label) + ":" : std::string(),
                                   printable(values[i])));
        }
    }
    /// `text` may hold tabs: cells.
    void raw(int level, std::string_view text) {
        text_ += std::string(static_cast<std::size_t>(level) * 2, ' ') + std::string(text) + "\n";
    }
    std::string aligned() const { return cli::align_columns(text_, cli::kDescribe); }

  private:
    std::string text_;
};

std::string instant(Time time, Time now) {
    return time > now ? fmt::format("{} (in {})", rfc1123z(time), human_duration(time - now))
                      : fmt::format("{} ({} ago)", rfc1123z(time), human_duration(now - time));
}

void print_list(std::string_view heading, const std::vector<Advice>& list, Sheet& sheet) {
    if (list.empty()) {
        return;
    }
    sheet.heading(0, heading);
    for (const Advice& advice : list) {
        const std::vector<std::string> problem = shown_lines(advice.problem);
        for (std::size_t i = 0; i < problem.size(); ++i) {
            sheet.raw(1, (i == 0 ? "* " : "  ") + problem[i]);
        }
        if (!advice.remedy.empty()) {
            sheet.raw(2, "-> " + printable(advice.remedy));
        }
    }
    sheet.raw(0, "");
}

void print_advice(const Model& model, Sheet& sheet) {
    if (model.advice.empty()) {
        sheet.line(0, "Status", model.verdict, "Nothing to do");
    }
    print_list("To do", model.advice, sheet);
    print_list("Warnings", model.warnings, sheet);
}

void print_meta(const Model& model, Sheet& sheet) {
    sheet.line(0, "Name", model.meta.name);
    sheet.line(0, "Namespace", model.meta.ns);
    std::vector<std::string> labels;
    for (const auto& [key, value] : model.meta.labels) {
        labels.push_back(fmt::format("{}={}", key, value));
    }
    std::vector<std::string> annotations;
    for (const auto& [key, value] : model.meta.annotations) {
        if (key != kLastApplied) {
            const bool fits = value.size() <= kLongestAnnotation;
            annotations.push_back(fmt::format(
                "{}: {}{}", key, cli::clipped(value, kLongestAnnotation), fits ? "" : "..."));
        }
    }
    std::sort(labels.begin(), labels.end());
    std::sort(annotations.begin(), annotations.end());
    sheet.lines(0, "Labels", labels);
    sheet.lines(0, "Annotations", annotations);
    sheet.line(0, "CreationTimestamp", model.meta.created ? rfc1123z(*model.meta.created) : "",
               "<unknown>");
}

void print_issuer(const IssuerModel& issuer, Sheet& sheet) {
    sheet.heading(0, "Issuer");
    sheet.line(1, "Kind", issuer.kind);
    sheet.line(1, "Name", issuer.name);
    if (!issuer.found) {
        sheet.line(1, "State", issuer.error, "<not found>");
        return;
    }
    sheet.line(1, "Server", issuer.server);
    sheet.line(1, "CA", issuer.ca, kNone);
    sheet.line(1, "Email", issuer.email);
    sheet.line(1, "Account", issuer.account, "<not registered>");
    sheet.line(1, "Ready",
               issuer.ready ? fmt::format("{} ({}) {}", issuer.ready->status, issuer.ready->reason,
                                          issuer.ready->message)
                            : "",
               "<unknown>");
}

void print_names(const std::vector<NameModel>& names, Sheet& sheet) {
    sheet.raw(0, names.empty() ? "Names:\t<none>" : "Names:");
    if (names.empty()) {
        return;
    }
    sheet.raw(1, "Name\tProvider\tSolver");
    sheet.raw(1, "----\t--------\t------");
    for (const NameModel& name : names) {
        const std::string& solver = name.problem.empty() ? name.solver : name.problem;
        sheet.raw(1, fmt::format("{}\t{}\t{}", printable(name.name),
                                 name.provider.empty() ? kNone : printable(name.provider),
                                 solver.empty() ? "<unknown>" : printable(solver)));
    }
}

void print_secret(const SecretModel& secret, Sheet& sheet) {
    sheet.heading(0, "Secret");
    sheet.line(1, "Name", secret.name);
    if (!secret.found) {
        sheet.line(1, "State", secret.error, "<not found>");
        return;
    }
    sheet.line(1, "Type", secret.type, "Opaque");
    sheet.line(1, "Keys", join(secret.keys, ", "), kNone);
    sheet.line(1, "Certificate", secret.owner, kNone);
    sheet.line(1, "Issued through", secret.issuer, "<unknown>");
}

void print_leaf(const Model& model, Time now, Sheet& sheet) {
    sheet.heading(0, "Certificate");
    sheet.line(1, "Key asked for", model.wanted_key);
    if (!model.leaf) {
        sheet.line(1, "State", model.leaf_error,
                   model.secret.error.empty() ? "<not issued>" : "<unknown>");
        return;
    }
    const LeafModel& leaf = *model.leaf;
    sheet.lines(1, "Names", leaf.names);
    sheet.line(1, "Key",
               fmt::format("{} ({})", leaf.key,
                           leaf.key_matches ? "tls.key matches" : "tls.key does not match"));
    sheet.line(1, "Not Before", instant(leaf.not_before, now));
    sheet.line(1, "Not After", instant(leaf.not_after, now));
    sheet.line(1, "Renewal Time", leaf.renew_from ? instant(*leaf.renew_from, now) : "", kNone);
    sheet.line(1, "Serial", leaf.serial);
    sheet.line(1, "SHA-256", leaf.fingerprint);
    sheet.heading(0, "Chain");
    sheet.raw(1, "Subject\tIssuer\tNot After");
    sheet.raw(1, "-------\t------\t---------");
    for (const ChainLink& link : leaf.chain) {
        sheet.raw(1,
                  fmt::format("{}\t{}\t{}", link.subject.empty() ? kNone : printable(link.subject),
                              printable(link.issuer), iso_date(link.not_after)));
    }
}

std::string shown_list(const std::vector<std::string>& texts, std::string_view empty) {
    return texts.empty() ? std::string(empty) : printable(join(texts, ", "));
}

void print_users(const Model& model, Sheet& sheet) {
    sheet.raw(0, model.users.empty() ? "Used by:\t<none>" : "Used by:");
    if (!model.users.empty()) {
        sheet.raw(1, "Kind\tName\tHosts\tNot covered");
        sheet.raw(1, "----\t----\t-----\t-----------");
    }
    for (const UserModel& user : model.users) {
        const std::string name =
            user.ns == model.meta.ns ? user.name : fmt::format("{}/{}", user.ns, user.name);
        sheet.raw(1, fmt::format("{}\t{}\t{}\t{}", user.kind, printable(name),
                                 shown_list(user.hosts, "*"), shown_list(user.not_covered, kNone)));
    }
    if (!model.ingresses_error.empty()) {
        sheet.line(0, "Ingresses", model.ingresses_error);
    }
    if (!model.gateways_error.empty()) {
        sheet.line(0, "Gateways", model.gateways_error);
    }
}

void print_order(const Model& model, Time now, Sheet& sheet) {
    if (model.order) {
        sheet.heading(0, "Order");
        sheet.line(1, "URL", model.order->url);
        sheet.lines(1, "Names", model.order->names);
        sheet.line(1, "Expires", model.order->expires ? instant(*model.order->expires, now) : "",
                   "<unknown>");
        for (const api::NameFailure& failure : model.order->failures) {
            sheet.raw(1, fmt::format("Failed\t{}: {}", printable(failure.name),
                                     printable(failure.detail)));
        }
    }
    if (!model.records.empty()) {
        sheet.heading(0, "TXT records left");
        for (const api::PlacedRecord& record : model.records) {
            sheet.raw(1,
                      fmt::format("{}\t{}\t{}\t{}", printable(record.name), printable(record.value),
                                  printable(record.provider), printable(record.solver)));
        }
    }
}

void print_conditions(const std::vector<api::Condition>& conditions, Time now, Sheet& sheet) {
    sheet.raw(0, conditions.empty() ? "Conditions:\t<none>" : "Conditions:");
    if (conditions.empty()) {
        return;
    }
    sheet.raw(1, "Type\tStatus\tAge\tReason\tMessage");
    sheet.raw(1, "----\t------\t---\t------\t-------");
    for (const api::Condition& condition : conditions) {
        const std::string age = condition.last_transition
                                    ? human_duration(now - *condition.last_transition)
                                    : "<unknown>";
        sheet.row(1,
                  fmt::format("{}\t{}\t{}\t{}\t", printable(condition.type),
                              printable(condition.status), age, printable(condition.reason)),
                  condition.message);
    }
}

/// kubectl's: "3m", "3m (x5 over 10m)".
std::string event_age(const api::Event& event, Time now) {
    const auto age = [&](const std::optional<Time>& since) {
        return since ? human_duration(now - *since) : std::string("<unknown>");
    };
    return event.count > 1
               ? fmt::format("{} (x{} over {})", age(event.last), event.count, age(event.first))
               : age(event.first);
}

void print_events(const Model& model, Time now, Sheet& sheet) {
    if (!model.events_error.empty()) {
        sheet.line(0, "Events", model.events_error);
        return;
    }
    sheet.raw(0, model.events.empty() ? "Events:\t<none>" : "Events:");
    if (model.events.empty()) {
        return;
    }
    sheet.raw(1, "Type\tReason\tAge\tFrom\tMessage");
    sheet.raw(1, "----\t------\t----\t----\t-------");
    for (const api::Event& event : model.events) {
        sheet.row(1,
                  fmt::format("{}\t{}\t{}\t{}\t", printable(event.type), printable(event.reason),
                              event_age(event, now), printable(event.source)),
                  event.field_path.empty()
                      ? event.message
                      : fmt::format("{}: {}", event.field_path, trim(event.message)));
    }
}

}  // namespace

std::string to_text(const Model& model, Time now) {
    Sheet sheet;
    print_advice(model, sheet);
    print_meta(model, sheet);
    print_issuer(model.issuer, sheet);
    print_names(model.names, sheet);
    print_secret(model.secret, sheet);
    print_leaf(model, now, sheet);
    print_users(model, sheet);
    print_order(model, now, sheet);
    print_conditions(model.conditions, now, sheet);
    print_events(model, now, sheet);
    return sheet.aligned();
}

}  // namespace kcert::report
