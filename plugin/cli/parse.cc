// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "cli/flag_binding.h"
#include "cli/flag_value.h"
#include "cli/help.h"
#include "cli/invocation.h"

namespace kcert::cli {
namespace {

/// One command line: CLI11's options bound to the values that they fill.
class CommandLine {
  public:
    explicit CommandLine(std::string program);

    Invocation parse(std::vector<std::string> arguments);

  private:
    void bind_shared();
    void bind_issue();
    void bind_dns01(CLI::App& issue);
    void bind_others();

    CLI::App& add_command(const std::string& name);
    static void bind_files(CLI::App& app, std::vector<std::string>& files);
    static void output(CLI::App& app, std::size_t formats, OutputFormat& target);

    const CLI::App& chosen() const;
    /// The options of a command that `wanted` takes, its own and the shared ones, by name.
    template <typename Wanted>
    std::vector<const CLI::Option*> options_of(const CLI::App& app, Wanted wanted) const;
    std::string help_of(const CLI::App& app) const;
    std::string shared_options() const;
    DescribeOptions describe_options() const;
    void refuse_extras() const;
    Invocation result();

    std::string program_;
    CLI::App root_;
    Invocation invocation_;
    IssueOptions issue_;
    DescribeOptions describe_;
    ValidateOptions validate_;
    VersionOptions version_;
    bool client_ = false;
    std::vector<std::string> words_;  ///< what stands behind the command without a dash
};

CommandLine::CommandLine(std::string program) : program_(std::move(program)) {
    root_.allow_extras();
    root_.require_subcommand(0, 1);
    bind_shared();
    bind_issue();
    bind_others();
}

CLI::App& CommandLine::add_command(const std::string& name) {
    CLI::App& app = *root_.add_subcommand(name);
    app.fallthrough();
    app.allow_extras();
    return app;
}

void CommandLine::output(CLI::App& app, std::size_t formats, OutputFormat& target) {
    bind_value(
        app, "-o,--output", "''",
        fmt::format("Output format. One of: ({}).", format_names(formats, ", ")),
        [&target, formats](const std::string& text) { target = format_value(text, formats); });
}

void CommandLine::bind_files(CLI::App& app, std::vector<std::string>& files) {
    bind_list(app, "-f,--filename",
              "Files, folders (every .yaml, .yml and .json file below them), or '-' for standard "
              "input. A comma list, or repeated.",
              files);
}

void CommandLine::bind_shared() {
    SharedOptions& shared = invocation_.shared;
    bind_cluster_flags(root_, shared.cluster);
    bind_text(root_, "-n,--namespace",
              "The namespace; where none is given that of the context, else 'default'.", shared.ns);
    bind_text(root_, "--local",
              "A folder of manifests in place of a cluster: objects are read from its .yaml, .yml "
              "and .json files, results are written into it.",
              shared.local);
    bind_value(root_, "--cluster-resource-namespace", "'kube-system'",
               "The namespace in which the Secrets of ClusterIssuers stand.",
               [&](const std::string& text) { shared.cluster_resource_namespace = text; });
    bind_value(
        root_, "-v,--v", "0",
        "Number for the log level: 1 steps, 6 requests, 7 with headers, 8 with bodies. Secrets "
        "are never logged.",
        [&](const std::string& text) { shared.verbosity = number_value("--v", text, 0, 10); });
}

void CommandLine::bind_issue() {
    CLI::App& app = add_command("issue");
    app.add_option("NAME", words_);
    bind_value(
        app, "--dry-run", "'none'",
        "Must be \"none\", \"client\" or \"server\". Does all that changes nothing and prints the "
        "plan; no object, record, account or order is made. --dry-run alone means client.",
        [this](const std::string& text) {
            issue_.dry_run = choice_value("--dry-run", text, kDryRuns);
        });
    bind_flag(app, "--force",
              "Order a certificate also where the present one is valid and not due.", issue_.force);
    bind_flag(app, "--take-over",
              "Write the Secret also where it belongs to another Certificate or another tool.",
              issue_.take_over);
    bind_flag(app, "--wait", "Wait where another run is at work on the same Certificate.",
              issue_.wait);
    bind_files(app, issue_.files);
    bind_value(
        app, "--timeout", "10m0s", "The time for the whole run.",
        [this](const std::string& text) { issue_.timeout = limit_value("--timeout", text); });
    bind_value(
        app, "--acme-ca", "''",
        "A file of CA certificates (PEM) to trust for the ACME server in place of the system's.",
        [this](const std::string& text) { issue_.acme_ca = text; });
    bind_value(app, "--account-key-type", "'ecdsa'",
               "The kind of ACME account key to make where its Secret holds none yet: \"ecdsa\" "
               "(P-256), or \"rsa\" (2048 bits), which cert-manager can share.",
               [this](const std::string& text) {
                   issue_.account_key_type =
                       choice_value("--account-key-type", text, kAccountKeyTypes);
               });
    bind_dns01(app);
    output(app, 3, issue_.output);
}

void CommandLine::bind_dns01(CLI::App& issue) {
    bind_value(issue, "--propagation-timeout", "5m0s",
               "The time within which every name server must serve the TXT records.",
               [this](const std::string& text) {
                   issue_.propagation_timeout = limit_value("--propagation-timeout", text);
               });
    bind_value(
        issue, "--propagation-wait", "0s",
        "A time to wait after all name servers were seen to serve the TXT records, for anycast "
        "DNS.",
        [this](const std::string& text) {
            issue_.propagation_wait = duration_value("--propagation-wait", text);
        });
    bind_value(
        issue, "--dns01-check", "'authoritative'",
        "Who is asked for the TXT records before the CA is: \"authoritative\" (every server of "
        "the zone), \"recursive\" (the resolvers) or \"none\".",
        [this](const std::string& text) {
            issue_.dns01_check = choice_value("--dns01-check", text, kDns01Checks);
        });
    bind_list(issue, "--dns01-recursive-nameservers",
              "The resolvers to ask, as HOST:PORT where HOST is an IP address; those of "
              "/etc/resolv.conf where none is given. A comma list, or repeated.",
              issue_.recursive_nameservers);
    bind_flag(
        issue, "--ambient-credentials",
        "Let a route53 or clouddns provider that names no credentials use yours: those of the "
        "environment and of the files that AWS's and Google's own tools read.",
        issue_.ambient_credentials);
    bind_list(issue, "--dns01-exec",
              "As NAME=PROGRAM: for the issuer's DNS provider of that name, run \"PROGRAM present "
              "RECORD VALUE\" and \"PROGRAM cleanup RECORD VALUE\" in its place. A comma list, or "
              "repeated.",
              issue_.dns01_exec);
    bind_value(issue, "--dns-port", "53", "The port on which authoritative name servers are asked.",
               [this](const std::string& text) {
                   issue_.dns_port = number_value("--dns-port", text, 1, 65535);
               });
}

void CommandLine::bind_others() {
    CLI::App& describe = add_command("describe");
    describe.add_option("NAME", words_);
    bind_text(describe, "-l,--selector",
              "Describe the Certificates that these labels select, such as app=web,tier!=test.",
              describe_.selector);
    bind_flag(describe, "-A,--all-namespaces", "Describe the Certificates of all namespaces.",
              describe_.all_namespaces);
    output(describe, 2, describe_.output);

    add_command("options");

    CLI::App& validate = add_command("validate");
    bind_files(validate, validate_.files);
    bind_flag(validate, "--against-cluster",
              "Look up in the cluster what -f refers to and does not hold.",
              validate_.against_cluster);
    output(validate, 2, validate_.output);

    CLI::App& version = add_command("version");
    output(version, 2, version_.output);
    bind_flag(version, "--client", "Print the version of this program only.", client_);

    add_command("example").add_option("PROVIDER", words_);
    add_command("help").add_option("COMMAND", words_);
}

const CLI::App& CommandLine::chosen() const {
    const std::vector<CLI::App*> commands = root_.get_subcommands();
    return commands.empty() ? root_ : *commands.front();
}

template <typename Wanted>
std::vector<const CLI::Option*> CommandLine::options_of(const CLI::App& app, Wanted wanted) const {
    static constexpr std::array<std::string_view, 3> kSharing{"describe", "issue", "validate"};
    std::vector<const CLI::Option*> options;
    const auto add_all = [&](const CLI::App& from) {
        for (const CLI::Option* option : from.get_options()) {
            if (!option->get_lnames().empty() && option != from.get_help_ptr() && wanted(*option)) {
                options.push_back(option);
            }
        }
    };
    add_all(app);
    if (std::find(kSharing.begin(), kSharing.end(), app.get_name()) != kSharing.end()) {
        add_all(root_);
    }
    std::sort(options.begin(), options.end(), [](const CLI::Option* a, const CLI::Option* b) {
        return a->get_lnames().front() < b->get_lnames().front();
    });
    return options;
}

bool any(const CLI::Option&) {
    return true;
}

std::vector<OptionText> texts_of(std::span<const CLI::Option* const> options) {
    std::vector<OptionText> texts;
    for (const CLI::Option* option : options) {
        const std::string shorthand =
            option->get_snames().empty() ? "" : "-" + option->get_snames().front() + ", ";
        texts.push_back({.names = shorthand + "--" + option->get_lnames().front(),
                         .fallback = option->get_default_str(),
                         .help = option->get_description()});
    }
    return texts;
}

/// Of the shared options a command's own help shows those that kubectl does not have.
std::string CommandLine::help_of(const CLI::App& app) const {
    const auto own = [this](const CLI::Option& option) {
        const std::string& name = option.get_lnames().front();
        const bool shared = root_.get_option_no_throw("--" + name) == &option;
        return !shared || name == "local" || name == "cluster-resource-namespace";
    };
    const auto commands = command_texts();
    const auto command = std::find_if(commands.begin(), commands.end(), [&](const auto& text) {
        return text.name == app.get_name();
    });
    const bool whole_program = command->name.empty();
    return render_help(program_, *command,
                       whole_program ? std::vector<OptionText>() : texts_of(options_of(app, own)));
}

std::string CommandLine::shared_options() const {
    return render_shared_options(texts_of(options_of(root_, any)));
}

void CommandLine::refuse_extras() const {
    for (const std::string& extra : root_.remaining(true)) {
        if (extra == "--") {
            continue;
        }
        if (extra.starts_with("-") && extra.size() > 1) {
            std::vector<std::string> known;
            for (const CLI::Option* option : options_of(chosen(), any)) {
                known.push_back("--" + option->get_lnames().front());
            }
            throw Error(ErrorKind::Usage, unknown_flag(extra, known));
        }
        throw Error(ErrorKind::Usage, &chosen() == &root_
                                          ? unknown_command(extra, program_)
                                          : fmt::format("unexpected argument \"{}\"", extra));
    }
}

DescribeOptions CommandLine::describe_options() const {
    DescribeOptions options = describe_;
    const bool many = !options.selector.empty() || options.all_namespaces;
    if (!many || words_.size() != 1 || !is_certificate_type(words_.front())) {
        options.names = certificate_names(words_);
    }
    if (options.names.empty() && !many) {
        throw Error(ErrorKind::Usage, "NAME, --selector or --all-namespaces is required");
    }
    if (!options.names.empty() && !options.selector.empty()) {
        throw Error(ErrorKind::Usage, "name cannot be provided when a selector is specified");
    }
    if (!options.names.empty() && options.all_namespaces) {
        throw Error(ErrorKind::Usage,
                    "a resource cannot be retrieved by name across all namespaces");
    }
    return options;
}

Invocation CommandLine::result() {
    const std::string name = chosen().get_name();
    if (name == "issue") {
        if (issue_.files.empty() || !words_.empty()) {
            issue_.name = certificate_name(words_);
        }
        invocation_.command = issue_;
    } else if (name == "describe") {
        invocation_.command = describe_options();
    } else if (name == "example") {
        if (words_.size() != 1) {
            throw Error(ErrorKind::Usage,
                        fmt::format("exactly one PROVIDER is required, got {}", words_.size()));
        }
        invocation_.command = ExampleOptions{words_.front()};
    } else if (name == "options") {
        invocation_.command = HelpRequest{shared_options()};
    } else if (name == "validate") {
        if (validate_.files.empty()) {
            throw Error(ErrorKind::Usage, "must specify -f: a file, a folder or -");
        }
        invocation_.command = validate_;
    } else if (name == "version") {
        invocation_.command = version_;
    } else if (name == "help" && !words_.empty()) {
        const auto asked = root_.get_subcommands(
            [&](const CLI::App* app) { return app->get_name() == words_.front(); });
        if (asked.empty()) {
            throw Error(ErrorKind::Usage, unknown_command(words_.front(), program_));
        }
        invocation_.command = HelpRequest{help_of(*asked.front())};
    } else {
        invocation_.command = HelpRequest{help_of(root_)};
    }
    return invocation_;
}

/// CLI11 takes its arguments last first, and has no flags whose value is optional behind "=" only.
std::vector<std::string> as_cli11_reads(std::vector<std::string> arguments) {
    const auto end = std::find(arguments.begin(), arguments.end(), "--");
    for (auto argument = arguments.begin(); argument != end; ++argument) {
        if (*argument == "--dry-run") {
            *argument = "--dry-run=client";
        } else if (argument->size() > 2 && (*argument)[0] == '-' && (*argument)[1] != '-' &&
                   (*argument)[2] == '=') {
            argument->erase(2, 1);  // -v=6, as kubectl's users write it
        }
    }
    std::reverse(arguments.begin(), arguments.end());
    return arguments;
}

Invocation CommandLine::parse(std::vector<std::string> arguments) {
    try {
        root_.parse(as_cli11_reads(std::move(arguments)));
        refuse_extras();
        return result();
    } catch (const CLI::CallForHelp&) {
        invocation_.command = HelpRequest{help_of(chosen())};
        return invocation_;
    } catch (const CLI::ArgumentMismatch& mismatch) {
        const std::string what = mismatch.what();
        throw Error(ErrorKind::Usage, "flag needs an argument: " + what.substr(0, what.find(": ")));
    } catch (const CLI::ParseError& error) {
        throw Error(ErrorKind::Usage, error.what());
    }
}

}  // namespace

std::string program_name(std::string_view argv0) {
    const std::string_view name = argv0.substr(argv0.find_last_of('/') + 1);
    std::string shown(name);
    if (name.starts_with("kubectl-")) {
        std::replace(shown.begin(), shown.end(), '-', ' ');
    }
    return shown.empty() ? "kubectl cert" : shown;
}

std::string usage_hint(std::string_view program, std::string_view command) {
    return fmt::format("\nSee '{}{}{} -h' for help and examples", program,
                       command.empty() ? "" : " ", command);
}

Invocation parse(std::span<const std::string> arguments, const std::string& program) {
    CommandLine line(program);
    try {
        return line.parse({arguments.begin(), arguments.end()});
    } catch (const Error& error) {
        const auto commands = command_texts().subspan(1);
        const auto command =
            std::ranges::find_first_of(arguments, commands, {}, {}, &CommandText::name);
        throw Error(ErrorKind::Usage,
                    error.what() + usage_hint(program, command == arguments.end() ? "" : *command));
    }
}

}  // namespace kcert::cli
