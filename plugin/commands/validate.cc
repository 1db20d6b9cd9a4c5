// SPDX-License-Identifier: Apache-2.0

#include "commands/validate.h"

#include <optional>

#include <fmt/format.h>

#include "base/text.h"
#include "commands/finding_text.h"
#include "commands/judgement.h"
#include "commands/manifest_input.h"
#include "commands/open_session.h"
#include "commands/output.h"

namespace kcert::commands {
namespace {

json::Value to_value(const std::vector<Judged>& objects) {
    json::Value list = json::Value::array();
    for (const Judged& judged : objects) {
        add_findings(list, judged.key, judged.findings);
    }
    return list;
}

void tell_left_out(const Judgement& judgement, cli::Console& console) {
    for (const std::string& object : judgement.passed_over) {
        console.err(fmt::format("Passed over, not a kind that is judged: {}\n", object));
    }
    if (!judgement.not_judged.empty()) {
        console.err(fmt::format(
            "Not judged, since -f does not hold it and no --local says where to look: {}\n",
            printable(fmt::format("{}", fmt::join(judgement.not_judged, ", ")))));
    }
}

cli::ExitStatus status_of(const ManifestInput& input, const Judgement& judgement) {
    if (!input.failures.empty() || judgement.objects.empty()) {
        return cli::ExitStatus::Failed;
    }
    for (const Judged& judged : judgement.objects) {
        if (json::has_errors(judged.findings)) {
            return cli::ExitStatus::Refused;
        }
    }
    return cli::ExitStatus::Done;
}

}  // namespace

cli::ExitStatus validate(const cli::ValidateOptions& options, const Context& context) {
    std::optional<session::Session> session;
    if (!context.shared.local.empty() || options.against_cluster) {
        session = open_session(context);
    }
    const std::string ns =
        session ? session->ns : session::namespace_of(session_flags(context.shared));
    ManifestInput input = read_input(options.files, ns, context.in);
    expect_namespace(input, context.shared.ns);
    kube::ManifestView view(input.objects, ns, session ? session->store.get() : nullptr);
    const Judgement judgement =
        judge(input.objects,
              {.view = view,
               .absence = session ? Absence::Certain : Absence::Unknown,
               .cluster_resource_namespace = context.shared.cluster_resource_namespace},
              context.stop);

    cli::Console& console = context.console;
    for (const std::string& failure : input.failures) {
        console.err("error: " + printable_lines(failure) + "\n");
    }
    if (input.failures.empty() && judgement.objects.empty()) {
        console.err("error: -f names no Certificate, Issuer or ClusterIssuer\n");
    }
    tell_left_out(judgement, console);
    if (options.output != cli::OutputFormat::Text) {
        print(to_value(judgement.objects), options.output, console);
    } else {
        for (const Judged& judged : judgement.objects) {
            tell_findings(judged.key, judged.findings, console);
            if (!json::has_errors(judged.findings)) {
                console.out(resource_name(judged.key) + " valid\n");
            }
        }
    }
    return status_of(input, judgement);
}

}  // namespace kcert::commands
