// SPDX-License-Identifier: Apache-2.0

#include "commands/issue.h"

#include <string>

#include <fmt/format.h>

#include "base/deadline.h"
#include "base/duration.h"
#include "base/text.h"
#include "cli/progress.h"
#include "commands/finding_text.h"
#include "commands/issue_input.h"
#include "commands/issue_request.h"
#include "commands/open_session.h"
#include "commands/outcome_text.h"
#include "commands/output.h"
#include "commands/preflight_text.h"
#include "commands/provider_settings.h"
#include "issuance/file_subject_store.h"
#include "issuance/issue.h"
#include "issuance/preflight.h"

namespace kcert::commands {
namespace {

using issuance::Outcome;
using issuance::Result;

/// What a stop is where the run's own deadline made it.
Error told_apart(Error failure, const Deadline& deadline, Duration limit) {
    return failure.kind() == ErrorKind::Cancelled && deadline.expired()
               ? Error(ErrorKind::TimedOut, "timed out after " + format_duration(limit))
               : std::move(failure);
}

cli::Step step_of(const issuance::DomainStep& step) {
    cli::Step shown{.state = std::string(issuance::word(step.stage)), .detail = step.detail};
    if (step.stage == issuance::Stage::Valid || step.stage == issuance::Stage::Failed) {
        shown.final = true;
        shown.colour = step.stage == issuance::Stage::Valid ? cli::Colour::Green : cli::Colour::Red;
    }
    return shown;
}

/// Of a domain whose run was ended from outside, by its user or else by its deadline.
cli::Step cut_short(const std::stop_token& user) {
    return {.state = user.stop_requested() ? "stopped" : "timed out",
            .colour = cli::Colour::Yellow,
            .final = true};
}

Outcome run(const issuance::World& world, const issuance::IssueRequest& request,
            const Context& context, const std::stop_token& stop) {
    cli::Progress progress(context.console, world.clock);
    const std::stop_callback stopping(context.stop, [&] {
        progress.note("Stopping and taking TXT records back; once more to leave at once");
    });
    const issuance::Progress observer{
        .names = [&](std::span<const std::string> names) { progress.expect(names); },
        .step =
            [&](const issuance::DomainStep& step) {
                const bool cut = step.stage == issuance::Stage::Failed && stop.stop_requested();
                progress.show(step.domain, cut ? cut_short(context.stop) : step_of(step));
            },
        .note = [&](const std::string& line) { progress.note(line); },
        .warn = [&](const std::string& line) { progress.note("Warning: " + line); }};
    Outcome outcome = issuance::issue(world, request, observer, stop);
    if (outcome.failure &&
        (stop.stop_requested() || outcome.failure->kind() == ErrorKind::TimedOut)) {
        progress.end(cut_short(context.stop));
    }
    return outcome;
}

cli::ExitStatus dry_run(const issuance::World& world, const issuance::IssueRequest& request,
                        cli::OutputFormat format, cli::Console& console,
                        const std::stop_token& stop) {
    const issuance::Preflight report = issuance::preflight(world, request, stop);
    tell_findings(request.certificate, report.certificate_findings, console);
    tell_findings(report.issuer, report.issuer_findings, console);
    if (format == cli::OutputFormat::Json || format == cli::OutputFormat::Yaml) {
        print(to_value(report, request.certificate), format, console);
    } else if (!report.refused) {
        console.out(format == cli::OutputFormat::Name ? resource_name(request.certificate) + "\n"
                                                      : to_text(report));
    }
    if (report.refused) {
        return cli::ExitStatus::Refused;
    }
    return report.good() ? cli::ExitStatus::Done : cli::ExitStatus::Failed;
}

/// What stopped the run, on stderr, and its exit status.
cli::ExitStatus tell_failure(const Outcome& outcome, cli::Console& console) {
    const Error& failure = *outcome.failure;
    const bool stopped = failure.kind() == ErrorKind::Cancelled;
    if (!stopped) {
        console.err(printable_lines(failure.shown()) + "\n");
    }
    console.err(aftermath(outcome, stopped ? "Stopped." : ""));
    return cli::exit_status(failure.kind());
}

cli::ExitStatus tell(const Outcome& outcome, const kube::ObjectKey& key, cli::OutputFormat format,
                     const Context& context) {
    cli::Console& console = context.console;
    const bool good = outcome.result == Result::Issued || outcome.result == Result::UpToDate;
    tell_findings(key, outcome.certificate_findings, console);
    tell_findings(outcome.issuer, outcome.issuer_findings, console);
    if (format == cli::OutputFormat::Json || format == cli::OutputFormat::Yaml) {
        print(to_value(outcome, key), format, console);
    } else if (good) {
        console.out(format == cli::OutputFormat::Name ? resource_name(key) + "\n"
                                                      : summary(outcome, key, context.clock.now()));
    }
    if (outcome.result == Result::Refused) {
        console.err(aftermath(outcome, ""));
        return cli::ExitStatus::Refused;
    }
    if (outcome.failure) {
        return tell_failure(outcome, console);
    }
    if (outcome.result == Result::UpToDate) {
        console.err("Nothing is due; --force orders all the same.\n");
    }
    console.err(aftermath(outcome, ""));
    return cli::ExitStatus::Done;
}

/// One Certificate, from its rules to its summary.
cli::ExitStatus issue_one(const kube::ObjectKey& key, const session::Session& session,
                          kube::ObjectStore& store, const cli::IssueOptions& options,
                          const Network& network, const Context& context) {
    issuance::IssueRequest request = issue_request(options, key, context);
    const issuance::World world{
        .clock = context.clock,
        .http = context.http,
        .resolver = network.resolver,
        .store = store,
        .provider_settings = provider_settings(options, session, network.variables)};
    const Deadline deadline(options.timeout, context.stop);
    request.told_apart = [&](Error failure) {
        return told_apart(std::move(failure), deadline, options.timeout);
    };
    try {
        if (options.dry_run != cli::DryRun::None) {
            return dry_run(world, request, options.output, context.console, deadline.token());
        }
        const Outcome outcome = run(world, request, context, deadline.token());
        return tell(outcome, key, options.output, context);
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::Cancelled) {
            throw;
        }
        throw request.told_apart(error);
    }
}

/// The Certificates that -f holds, or the named one of them, one after the other; the exit status
/// of the first that did not come to a good end.
cli::ExitStatus issue_files(const session::Session& session, const cli::IssueOptions& options,
                            const Network& network, const Context& context) {
    const ManifestInput input = issue_input(options.files, session.ns, context);
    kube::ManifestView view(input.objects, session.ns, nullptr);
    if (options.dry_run == cli::DryRun::None) {
        context.console.err("Events and status are left out: the Certificate stands in a file.\n");
    }
    cli::ExitStatus status = cli::ExitStatus::Done;
    for (const kube::ObjectKey& key : certificates_of(input, view, options.name)) {
        issuance::FileSubjectStore store(view, *session.store, key);
        const cli::ExitStatus ended = issue_one(key, session, store, options, network, context);
        if (ended != cli::ExitStatus::Done && status == cli::ExitStatus::Done) {
            status = ended;
        }
        if (context.stop.stop_requested()) {
            break;
        }
    }
    return status;
}

}  // namespace

cli::ExitStatus issue(const cli::IssueOptions& options, const Network& network,
                      const Context& context) {
    const session::Session session = open_session(context);
    if (!session.cluster.empty() && options.dry_run == cli::DryRun::None) {
        context.console.err(fmt::format("Working on {}, namespace \"{}\"\n",
                                        printable(session.cluster), printable(session.ns)));
    }
    if (!options.files.empty()) {
        return issue_files(session, options, network, context);
    }
    return issue_one({kube::kCertificate, session.ns, options.name}, session, *session.store,
                     options, network, context);
}

}  // namespace kcert::commands
