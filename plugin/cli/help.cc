// SPDX-License-Identifier: Apache-2.0

#include "cli/help.h"

#include <array>

#include <fmt/format.h>

#include "base/text.h"

namespace kcert::cli {
namespace {

constexpr std::array<CommandText, 7> kCommands{{
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
                 "{} issue web -n shop --local ./manifests\n"
                 "\n"
                 "# See what is there and what to do next\n"
                 "{} describe web -n shop --local ./manifests",
     .usage = "[command] [options]"},
    {.name = "describe",
     .summary = "Show what a Certificate asks for, what exists and what to do next",
     .description =
         "Show a Certificate and all that belongs to it.\n"
         "\n"
         "It begins with what is wrong and what to do, then come Issuer, DNS provider of each\n"
         "domain, Secret, names, key, validity, chain, the last order and events.",
     .examples = "# Describe the Certificate web of a folder of manifests\n"
                 "{} describe web -n shop --local ./manifests\n"
                 "\n"
                 "# The same as data\n"
                 "{} describe certificate/web -n shop --local ./manifests -o json",
     .usage = "describe (NAME | TYPE/NAME) [options]"},
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
                 "{} issue web -n shop --local ./manifests --dry-run\n"
                 "\n"
                 "# Issue it\n"
                 "{} issue web -n shop --local ./manifests",
     .usage = "issue NAME [options]"},
    {.name = "validate",
     .summary = "Judge manifests by the rules before anything is sent",
     .description =
         "Judge Certificates, Issuers and ClusterIssuers by the rules that issue applies.\n"
         "\n"
         "All faults are told at once, with their field paths. References are looked up in what\n"
         "-f holds and, with --local, in that folder. The exit code is 3 where the rules refuse "
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
    std::string text = "Options:\n";
    for (const OptionText& option : options) {
        text += fmt::format("    {}={}:\n\t{}\n\n", option.names, option.fallback, option.help);
    }
    return text;
}

}  // namespace

std::span<const CommandText> command_texts() {
    return kCommands;
}

std::string render_help(const std::string& program, const CommandText& command,
                        std::span<const OptionText> options) {
    std::string text = fmt::format("{}\n\nExamples:\n{}\n", command.description,
                                   indented_examples(command.examples, program));
    if (command.name.empty()) {
        text += command_list();
    }
    if (!options.empty()) {
        text += option_list(options);
    }
    text += fmt::format("Usage:\n  {} {}\n", program, command.usage);
    if (command.name.empty()) {
        text += fmt::format(
            "\nUse \"{} <command> --help\" for more information about a given command.\n", program);
    }
    return text;
}

}  // namespace kcert::cli
