// SPDX-License-Identifier: Apache-2.0

#include "commands/describe.h"

#include <fmt/format.h>

#include "base/error.h"
#include "commands/finding_text.h"
#include "commands/open_session.h"
#include "commands/output.h"
#include "report/gather.h"
#include "report/model.h"
#include "report/print.h"

namespace kcert::commands {

std::string issue_command(const std::string& name, const Context& context) {
    const cli::SharedOptions& shared = context.shared;
    return fmt::format("{} issue {}{}{}", context.program, name,
                       shared.ns.empty() ? "" : " -n " + shared.ns,
                       shared.local.empty() ? "" : " --local " + shared.local);
}

cli::ExitStatus describe(const cli::DescribeOptions& options, const Context& context) {
    if (options.names.size() != 1) {
        throw Error(ErrorKind::Config, "this version describes one Certificate at a time");
    }
    const std::string& name = options.names.front();
    const session::Session session = open_session(context);
    const kube::ObjectKey key{kube::kCertificate, session.ns, name};
    const report::Material material = report::gather(
        *session.store, key, context.shared.cluster_resource_namespace, context.stop);
    const Time now = context.clock.now();
    const report::Model model = report::make_model(material, now, issue_command(name, context));
    if (options.output == cli::OutputFormat::Text) {
        context.console.out(report::to_text(model, now));
    } else {
        json::Value value = report::to_value(model, now);
        json::Value findings = json::Value::array();
        for (const report::Verdict& verdict : material.verdicts) {
            add_findings(findings, verdict.key, verdict.findings);
        }
        value.set("findings", std::move(findings));
        print(value, options.output, context.console);
    }
    return cli::ExitStatus::Done;
}

}  // namespace kcert::commands
