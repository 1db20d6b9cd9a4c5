// SPDX-License-Identifier: Apache-2.0

#include "cli/help.h"

#include <array>

#include <fmt/format.h>

#include "base/text.h"

namespace kcert::cli {
namespace {

constexpr std::array<CommandText, 8> kCommands{{
    {.description =
         "Issue ACME certificates for cert-manager's v1alpha1 Certificates from your own session.\n"
         "\n"
         "No controller runs in the cluster: DNS-01 proves the names, and the result is the "
         "Secret\n"
         "that the Certificate names.\n"
         "\n"
         "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 refused by the rules, 4 reserved for\n"
         "monitoring thresholds, 124 timed out, 130 stopped.",
     .examples = "# Issue the certificate that the Certificate web asks for\n"
                 "{} issue web -n shop\n"
                 "\n"
                 "# See what is there and what to do next\n"
                 "{} describe web -n shop\n"
                 "\n"
                 "# The same with a folder of manifests in place of a cluster\n"
                 "{} describe web -n shop --local ./manifests",
     .usage = "[command] [options]"},
    {.name = "describe",
     .summary = "Show what Certificates ask for, what exists and what to do next",
     .description =
         "Show Certificates and all that belongs to them.\n"
         "\n"
         "It begins with what is wrong and what to do, then come Issuer, DNS provider of each\n"
         "domain, Secret, names, key, validity, chain, the last order and events.",
     .examples = "# Describe the Certificate web\n"
                 "{} describe web -n shop\n"
                 "\n"
                 "# Describe all that have a label, in all namespaces\n"
                 "{} describe -l app=web -A\n"
                 "\n"
                 "# One of a folder of manifests, as data\n"
                 "{} describe certificates.certmanager.k8s.io/web --local ./manifests -o json",
     .usage = "describe (NAME... | TYPE/NAME... | TYPE NAME... | -l SELECTOR | -A) [options]"},
    {.name = "example",
     .summary = "Print manifests to fill in for a DNS provider",
     .description =
         "Print a Secret, an Issuer and a Certificate to fill in for a DNS-01 provider.\n"
         "\n"
         "PROVIDER is one of clouddns, cloudflare, route53, azuredns, akamai, acmedns,\n"
         "digitalocean, rfc2136 or webhook.",
     .examples = "# Begin with manifests for Cloudflare\n"
                 "{} example cloudflare > web.yaml\n"
                 "\n"
                 "# See that what was filled in passes the rules\n"
                 "{} validate -f web.yaml",
     .usage = "example PROVIDER"},
    {.name = "help",
     .summary = "Help about any command",
     .description = "Show the help of a command.",
     .examples = "# Help about issue\n"
                 "{} help issue\n"
                 "\n"
                 "# The same\n"
                 "{} issue -h",
     .usage = "help [COMMAND]"},
    {.name = "issue",
     .summary = "Issue the certificate that a Certificate asks for",
     .description =
         "Issue the certificate that a Certificate asks for, through DNS-01, into its Secret.\n"
         "\n"
         "A certificate that is valid, matches its Certificate and is not due is left alone. A "
         "run\n"
         "that was stopped or killed goes on where it stood when the same command is run again.\n"
         "TXT records are removed however the run ends.",
     .examples = "# Show what would happen; changes nothing, orders nothing\n"
                 "{} issue web -n shop --dry-run\n"
                 "\n"
                 "# Issue it\n"
                 "{} issue web -n shop\n"
                 "\n"
                 "# Issue it with a folder of manifests in place of a cluster\n"
                 "{} issue web -n shop --local ./manifests",
     .usage = "issue (NAME | -f (FILE | DIR | -)) [options]"},
    {.name = "options",
     .summary = "List the options that all commands take",
     .description = "List the options that all commands take.",
     .examples = "# List them\n"
                 "{} options\n"
                 "\n"
                 "# Use one\n"
                 "{} describe web --context prod",
     .usage = "options"},
    {.name = "validate",
     .summary = "Judge manifests by the rules before anything is sent",
     .description =
         "Judge Certificates, Issuers and ClusterIssuers by the rules that issue applies.\n"
         "\n"
         "All faults are told at once, with their field paths. References are looked up in what\n"
         "-f holds and, with --local, in that folder, with --against-cluster, in the cluster.\n"
         "The exit code is 3 where the rules refuse "
         "an\n"
         "object and 1 where a file cannot be read.",
     .examples = "# Judge the manifests below a folder\n"
                 "{} validate -f ./manifests\n"
                 "\n"
                 "# Judge a manifest that is not saved yet, beside those of a folder\n"
                 "cat web.yaml | {} validate -f - --local ./manifests",
     .usage = "validate -f (FILE | DIR | -) [options]"},
    {.name = "version",
     .summary = "Print the version",
     .description = "Print the version of this program.",
     .examples = "# Print the version\n"
                 "{} version\n"
                 "\n"
                 "# As data\n"
                 "{} version -o json",
     .usage = "version [options]"},
}};

/// Every line behind two spaces, the program's name in place of "{}"; empty lines stay empty.
std::string indented_examples(std::string_view examples, const std::string& program) {
    std::string text;
    for (const std::string& line : split(examples, '\n')) {
        std::string shown = line;
        if (const std::size_t at = shown.find("{}"); at != std::string::npos) {
            shown.replace(at, 2, program);
        }
        text += (shown.empty() ? "" : "  ") + shown + "\n";
    }
    return text;
}

std::string command_list() {
    std::string text = "Available Commands:\n";
    for (const CommandText& command : kCommands) {
        if (!command.name.empty()) {
            text += fmt::format("  {:<12}{}\n", command.name, command.summary);
        }
    }
    return text + "\n";
}

std::string option_list(std::span<const OptionText> options) {
    std::string text;
    for (const OptionText& option : options) {
        text += fmt::format("    {}={}:\n\t{}\n\n", option.names, option.fallback, option.help);
    }
    return text;
}

}  // namespace

std::span<const CommandText> command_texts() {
    return kCommands;
}

std::string wrapped(std::string_view help, std::size_t columns) {
    constexpr std::size_t kTab = 8;
    std::string text;
    for (const std::string& line : split(help, '\n')) {
        const std::size_t begin = line.find_first_not_of(" \t");
        const std::string indent = line.substr(0, begin == std::string::npos ? 0 : begin);
        // Examples and usage stand behind two spaces.
        const bool prose = indent.empty() || indent == "\t";
        const std::size_t room = columns - std::min(columns, indent.empty() ? 0 : kTab);
        std::string rest = line.substr(indent.size());
        while (prose && rest.size() > room) {
            const std::size_t space = rest.rfind(' ', room);
            if (space == std::string::npos || space == 0) {
                break;
            }
            text += indent + rest.substr(0, space) + "\n";
            rest.erase(0, space + 1);
        }
        text += indent + rest + "\n";
    }
    text.pop_back();
    return text;
}

std::string render_help(const std::string& program, const CommandText& command,
                        std::span<const OptionText> options) {
    std::string text = fmt::format("{}\n\nExamples:\n{}\n", command.description,
                                   indented_examples(command.examples, program));
    if (command.name.empty()) {
        text += command_list();
    }
    if (!options.empty()) {
        text += "Options:\n" + option_list(options);
    }
    text += fmt::format("Usage:\n  {} {}\n", program, command.usage);
    if (command.name.empty()) {
        text += fmt::format(
            "\nUse \"{} <command> --help\" for more information about a given command.\n", program);
    }
    return text + fmt::format(
                      "{}Use \"{} options\" for a list of global command-line options "
                      "(applies to all commands).\n",
                      command.name.empty() ? "" : "\n", program);
}

std::string render_shared_options(std::span<const OptionText> options) {
    return "The following options can be passed to any command:\n\n" + option_list(options);
}

}  // namespace kcert::cli
