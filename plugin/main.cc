// SPDX-License-Identifier: Apache-2.0
//
// The composition root of kubectl-cert: real clock, network, resolver and streams; what a failure
// means becomes the exit code.

#include <csignal>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <malloc.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/error.h"
#include "base/log.h"
#include "base/text.h"
#include "base/version.h"
#include "cli/console.h"
#include "cli/exit_status.h"
#include "cli/help.h"
#include "cli/invocation.h"
#include "commands/describe.h"
#include "commands/example.h"
#include "commands/issue.h"
#include "commands/validate.h"
#include "commands/version.h"
#include "dns/ldns_resolver.h"
#include "dns/resolver.h"
#include "dns01/registry.h"
#include "net/curl_http_client.h"
#include "session/environment.h"
#include "session/stop_signals.h"

namespace kcert {
namespace {

constexpr const char* kResolvConf = "/etc/resolv.conf";

cli::Terminal terminal(const session::Environment& environment) {
    cli::Terminal terminal{.out = isatty(STDOUT_FILENO) == 1,
                           .err = isatty(STDERR_FILENO) == 1,
                           .no_color = environment.no_color,
                           .dumb = environment.term.empty() || environment.term == "dumb"};
    winsize size{};
    const int shown = terminal.err ? STDERR_FILENO : STDOUT_FILENO;
    if ((terminal.err || terminal.out) && ioctl(shown, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
        terminal.width = size.ws_col;
        terminal.height = size.ws_row;
    }
    return terminal;
}

net::NetworkSettings network_settings(const session::Environment& environment) {
    return {.user_agent = fmt::format("kubectl-cert/{} ({})", kVersion, kPlatform),
            .https_proxy = environment.https_proxy,
            .http_proxy = environment.http_proxy,
            .no_proxy = environment.no_proxy,
            .ssl_cert_file = environment.ssl_cert_file,
            .ssl_cert_dir = environment.ssl_cert_dir};
}

std::vector<dns::Server> resolvers(const std::vector<std::string>& flags,
                                   const std::string& program) {
    if (flags.empty()) {
        std::ifstream file(kResolvConf);
        const std::string text(std::istreambuf_iterator<char>(file), {});
        return dns::parse_resolv_conf(text);
    }
    std::vector<dns::Server> servers;
    for (const std::string& flag : flags) {
        const std::optional<dns::Server> server = dns::parse_server(flag);
        if (!server) {
            throw Error(ErrorKind::Usage,
                        fmt::format("invalid argument \"{}\" for \"--dns01-recursive-nameservers\" "
                                    "flag: must be HOST:PORT with an IP address as HOST{}",
                                    flag, cli::usage_hint(program, "issue")));
        }
        servers.push_back(*server);
    }
    return servers;
}

/// The commands that look at objects: only they need a clock, and one of them a network.
class Runner {
  public:
    Runner(const cli::Invocation& invocation, const session::Environment& environment,
           std::string program, cli::Console& console)
        : http_(network_settings(environment)),
          context_{.console = console,
                   .in = std::cin,
                   .clock = clock_,
                   .http = http_,
                   .environment = environment,
                   .shared = invocation.shared,
                   .program = std::move(program)} {
        log::set_level(invocation.shared.verbosity);
    }

    cli::ExitStatus operator()(const cli::ValidateOptions& options) {
        return commands::validate(options, context_);
    }
    cli::ExitStatus operator()(const cli::DescribeOptions& options) {
        return commands::describe(options, context_);
    }
    cli::ExitStatus operator()(const cli::ExampleOptions& options) {
        return commands::example(options, context_);
    }
    cli::ExitStatus operator()(const cli::IssueOptions& options) {
        // The others leave nothing behind: a signal may end them where they stand.
        const session::StopSignals signals;
        context_.stop = signals.token();
        dns::LdnsResolver resolver(resolvers(options.recursive_nameservers, context_.program));
        return commands::issue(options,
                               {.resolver = resolver,
                                .variables = session::read_variables(dns01::provider_variables())},
                               context_);
    }
    template <typename Other>
    cli::ExitStatus operator()(const Other&) {
        return cli::ExitStatus::Failed;
    }

  private:
    SystemClock clock_;
    net::CurlHttpClient http_;
    commands::Context context_;
};

cli::ExitStatus run(const std::vector<std::string>& arguments, const std::string& program,
                    const session::Environment& environment, const cli::Terminal& shown_on,
                    cli::Console& console) {
    const cli::Invocation invocation = cli::parse(arguments, program);
    if (const auto* const help = std::get_if<cli::HelpRequest>(&invocation.command)) {
        // kubectl's steps; a pipe is given the text as it is.
        const std::size_t columns = shown_on.width >= 120 ? 120 : shown_on.width >= 100 ? 100 : 80;
        console.out(shown_on.out ? cli::wrapped(help->text, columns) : help->text);
        return cli::ExitStatus::Done;
    }
    if (const auto* const version = std::get_if<cli::VersionOptions>(&invocation.command)) {
        return commands::version(*version, console);
    }
    return std::visit(Runner(invocation, environment, program, console), invocation.command);
}

cli::ExitStatus guarded(const std::vector<std::string>& arguments, const std::string& program) {
    const session::Environment environment = session::read_environment();
    const cli::Terminal shown_on = terminal(environment);
    cli::Console console(std::cout, std::cerr, shown_on);
    try {
        return run(arguments, program, environment, shown_on, console);
    } catch (const Error& error) {
        console.err(error.kind() == ErrorKind::Cancelled ? std::string("Stopped.\n")
                                                         : printable_lines(error.shown()) + "\n");
        return cli::exit_status(error.kind());
    } catch (const std::exception& defect) {
        console.err("error: internal: " + printable(defect.what()) + "\n");
        return cli::ExitStatus::Failed;
    }
}

}  // namespace
}  // namespace kcert

int main(int argc, char** argv) {
#ifdef M_ARENA_MAX
    mallopt(M_ARENA_MAX, 1);  // the threads mostly wait; a heap for each would only hold memory
#endif
    std::signal(SIGPIPE, SIG_IGN);  // a closed pipe is an error of the write, told with its cause
    const std::vector<std::string> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
    const std::string program = kcert::cli::program_name(argc > 0 ? argv[0] : "");
    return static_cast<int>(kcert::guarded(arguments, program));
}
