// SPDX-License-Identifier: Apache-2.0

#include "commands/outcome_text.h"

#include <fmt/format.h>

#include "base/duration.h"
#include "base/text.h"
#include "base/timestamp.h"
#include "commands/finding_text.h"
#include "rules/known_ca.h"

namespace kcert::commands {
namespace {

using issuance::Outcome;
using issuance::Result;
using json::Value;

std::string counted(std::size_t count, std::string_view noun) {
    return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string ca_text(const std::string& directory) {
    const rules::KnownCa ca = rules::known_ca(directory);
    return printable(ca.title) + (ca.trust == rules::Trust::NotTrusted ? " (not trusted)" : "");
}

/// "Secret shop/web-tls · 2 names · Let's Encrypt · expires …"
std::string facts_line(const Outcome& outcome, const kube::ObjectKey& key, Time now) {
    const crypto::CertificateInfo& leaf = *outcome.leaf;
    std::string line = fmt::format("  Secret {}/{} · {} · {} · expires {} (in {})",
                                   printable(key.ns), printable(outcome.secret_name),
                                   counted(outcome.plan->names.names.size(), "name"),
                                   ca_text(outcome.plan->directory), iso_date(leaf.not_after),
                                   human_duration(leaf.not_after - now));
    if (outcome.renew_from) {
        line += ", renew from " + iso_date(*outcome.renew_from);
    }
    return line + "\n";
}

/// "our-dns (rfc2136)", "spec.acme.solvers[0] (cloudflare)".
std::string provider_text(const api::PlacedRecord& record) {
    return printable(record.solver.empty()
                         ? record.provider
                         : fmt::format("{} ({})", record.provider, record.solver));
}

std::string_view word(Result result) {
    switch (result) {
        case Result::Issued:
            return "issued";
        case Result::UpToDate:
            return "unchanged";
        case Result::Refused:
            return "refused";
        case Result::Failed:
            break;
    }
    return "failed";
}

void set_leaf(Value& value, const Outcome& outcome) {
    if (!outcome.leaf) {
        return;
    }
    value.set("serial", outcome.leaf->serial);
    value.set("notBefore", rfc3339(outcome.leaf->not_before));
    value.set("notAfter", rfc3339(outcome.leaf->not_after));
    if (outcome.renew_from) {
        value.set("renewalTime", rfc3339(*outcome.renew_from));
    }
}

void set_plan(Value& value, const Outcome& outcome) {
    if (!outcome.plan) {
        return;
    }
    Value names = Value::array();
    for (const std::string& name : outcome.plan->names.names) {
        names.push_back(name);
    }
    Value reasons = Value::array();
    for (const std::string& reason : outcome.plan->reasons) {
        reasons.push_back(reason);
    }
    value.set("names", std::move(names));
    value.set("directory", outcome.plan->directory);
    value.set("reasons", std::move(reasons));
}

Value left_value(const Outcome& outcome) {
    Value list = Value::array();
    for (const issuance::Leftover& left : outcome.left) {
        list.push_back(Value::object({{"name", left.record.name},
                                      {"value", left.record.value},
                                      {"provider", left.record.provider},
                                      {"cause", left.cause}}));
    }
    return list;
}

Value findings_value(const Outcome& outcome, const kube::ObjectKey& key) {
    Value list = Value::array();
    add_findings(list, key, outcome.certificate_findings);
    add_findings(list, outcome.issuer, outcome.issuer_findings);
    return list;
}

}  // namespace

std::string summary(const Outcome& outcome, const kube::ObjectKey& key, Time now) {
    std::string text = fmt::format("{} {}\n", resource_name(key), word(outcome.result));
    if (outcome.leaf && outcome.plan) {
        text += facts_line(outcome, key, now);
    }
    return text;
}

std::string aftermath(const Outcome& outcome, const std::string& ended) {
    std::vector<std::string> sentences;
    if (!ended.empty()) {
        sentences.push_back(ended);
    }
    if (outcome.result != Result::Issued && outcome.removed > 0) {
        sentences.push_back(counted(outcome.removed, "TXT record") + " removed.");
    }
    if (outcome.failure && outcome.order && outcome.failure->kind() != ErrorKind::Declined) {
        const std::optional<Time>& expires = outcome.order->expires;
        sentences.push_back(
            fmt::format("The order is kept: run the same command to go on with it{}.",
                        expires ? fmt::format(" (until {})", iso_date(*expires)) : ""));
    }
    std::string text = sentences.empty() ? "" : join(sentences, " ") + "\n";
    for (const issuance::Leftover& left : outcome.left) {
        text += fmt::format(
            "TXT record {} \"{}\" is still there: {}\n  Remove it at {}, or run the same command "
            "again.\n",
            printable(left.record.name), printable(left.record.value), printable(left.cause),
            provider_text(left.record));
    }
    return text;
}

Value to_value(const Outcome& outcome, const kube::ObjectKey& key) {
    Value value = Value::object({{"certificate", key.name},
                                 {"namespace", key.ns},
                                 {"result", word(outcome.result)},
                                 {"secret", outcome.secret_name}});
    set_plan(value, outcome);
    set_leaf(value, outcome);
    if (outcome.failure) {
        value.set("error", outcome.failure->told());
    }
    if (outcome.order) {
        value.set("order", outcome.order->url);
    }
    value.set("recordsRemoved", static_cast<std::int64_t>(outcome.removed));
    value.set("recordsLeft", left_value(outcome));
    value.set("findings", findings_value(outcome, key));
    return value;
}

}  // namespace kcert::commands
