// SPDX-License-Identifier: Apache-2.0

#include "commands/describe.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "commands/finding_text.h"
#include "commands/open_session.h"
#include "commands/output.h"
#include "report/gather.h"
#include "report/model.h"
#include "report/print.h"

namespace kcert::commands {

std::string issue_command(const std::string& name, const std::string& ns, const Context& context) {
    const cli::SharedOptions& shared = context.shared;
    std::string command = fmt::format("{} issue {}", context.program, name);
    const auto repeat = [&](std::string_view flag, const std::string& value) {
        if (!value.empty()) {
            command += fmt::format(" {} {}", flag, value);
        }
    };
    repeat("-n", ns);
    repeat("--local", shared.local);
    repeat("--kubeconfig", shared.cluster.kubeconfig);
    repeat("--context", shared.cluster.context);
    return command;
}

namespace {

json::Value data_of(const report::Material& material, const report::Model& model, Time now) {
    json::Value value = report::to_value(model, now);
    json::Value findings = json::Value::array();
    for (const report::Verdict& verdict : material.verdicts) {
        add_findings(findings, verdict.key, verdict.findings);
    }
    value.set("findings", std::move(findings));
    return value;
}

/// As kubectl prints several objects.
json::Value list_of(json::Value items) {
    return json::Value::object({{"apiVersion", "v1"},
                                {"kind", "List"},
                                {"metadata", json::Value::object({{"resourceVersion", ""}})},
                                {"items", std::move(items)}});
}

/// The model of one of them; the command in it names the Certificate's own namespace where those of
/// all were asked for.
report::Model model_of(const report::Material& material, bool all_namespaces,
                       const Context& context, Time now) {
    const std::string& ns = all_namespaces ? material.key.ns : context.shared.ns;
    return report::make_model(material, now, issue_command(material.key.name, ns, context));
}

void print_all(const report::Gathered& gathered, const cli::DescribeOptions& options,
               const Context& context) {
    const Time now = context.clock.now();
    const bool text = options.output == cli::OutputFormat::Text;
    json::Value items = json::Value::array();
    std::string_view between;
    for (const report::Material& material : gathered.materials) {
        const report::Model model = model_of(material, options.all_namespaces, context, now);
        if (text) {
            context.console.out(between);
            context.console.out(report::to_text(model, now));
            between = "\n\n";
        } else {
            items.push_back(data_of(material, model, now));
        }
    }
    if (text) {
        return;
    }
    const bool single = options.names.size() == 1 && gathered.materials.size() == 1;
    const bool none_found = !options.names.empty() && gathered.materials.empty();
    if (!none_found) {
        print(single ? items.as_array().front() : list_of(std::move(items)), options.output,
              context.console);
    }
}

/// Each in the words of its place, as kubectl does it; where that was, on a line of its own.
cli::ExitStatus tell_missing(const std::vector<std::string>& names, const session::Session& session,
                             cli::Console& console) {
    for (const std::string& name : names) {
        const kube::StatusError missing =
            session.store->not_found({kube::kCertificate, session.ns, name});
        console.err(printable_lines(missing.shown()) + "\n");
    }
    if (!session.cluster.empty()) {
        console.err(fmt::format("Looked for on {}, namespace \"{}\"\n", printable(session.cluster),
                                printable(session.ns)));
    }
    return cli::exit_status(ErrorKind::Declined);
}

}  // namespace

cli::ExitStatus describe(const cli::DescribeOptions& options, const Context& context) {
    const session::Session session = open_session(context);
    const report::Gathered gathered =
        report::gather(*session.store,
                       {.ns = options.all_namespaces ? "" : session.ns,
                        .names = options.names,
                        .selector = options.selector},
                       context.shared.cluster_resource_namespace, context.stop);
    const bool nothing = options.names.empty() && gathered.materials.empty();
    if (nothing && options.output == cli::OutputFormat::Text) {
        context.console.err(
            options.all_namespaces
                ? "No resources found\n"
                : fmt::format("No resources found in {} namespace.\n", printable(session.ns)));
        return cli::ExitStatus::Done;
    }
    print_all(gathered, options, context);
    return gathered.missing.empty() ? cli::ExitStatus::Done
                                    : tell_missing(gathered.missing, session, context.console);
}

}  // namespace kcert::commands
