// SPDX-License-Identifier: Apache-2.0
//
// What the user typed behind a flag or a command, turned into values. Pure; what does not fit is
// an Error{Usage} in kubectl's words that names the flag and what it takes.

#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "cli/invocation.h"

namespace kcert::cli {

template <typename Choice>
using NamedChoice = std::pair<std::string_view, Choice>;

inline constexpr std::array<NamedChoice<DryRun>, 3> kDryRuns{
    {{"none", DryRun::None}, {"client", DryRun::Client}, {"server", DryRun::Server}}};
inline constexpr std::array<NamedChoice<Dns01Check>, 3> kDns01Checks{
    {{"authoritative", Dns01Check::Authoritative},
     {"recursive", Dns01Check::Recursive},
     {"none", Dns01Check::None}}};
inline constexpr std::array<NamedChoice<AccountKeyType>, 2> kAccountKeyTypes{
    {{"ecdsa", AccountKeyType::Ecdsa}, {"rsa", AccountKeyType::Rsa}}};
inline constexpr std::array<NamedChoice<OutputFormat>, 3> kOutputFormats{
    {{"json", OutputFormat::Json}, {"yaml", OutputFormat::Yaml}, {"name", OutputFormat::Name}}};

[[noreturn]] void refuse_value(std::string_view flag, std::string_view value, std::string_view why);

/// Go's durations; a bare integer is seconds.
Duration duration_value(std::string_view flag, std::string_view text);
/// The same, without 0: the time in which something has to happen.
Duration limit_value(std::string_view flag, std::string_view text);

std::uint16_t number_value(std::string_view flag, std::string_view text, std::uint16_t least,
                           std::uint16_t most);

/// The first `count` of the output formats are the ones the command has.
OutputFormat format_value(std::string_view text, std::size_t count);

/// "json, yaml": the first `count` output formats.
std::string format_names(std::size_t count, std::string_view separator);

/// "KEY=VALUE" taken apart.
std::pair<std::string, std::string> pair_value(std::string_view flag, std::string_view text);

/// "certs", "certificate.certmanager.k8s.io": Certificate as kubectl knows it.
bool is_certificate_type(std::string_view word);

/// The names in NAME…, TYPE/NAME… or TYPE NAME…, where TYPE is Certificate. One word is a name.
std::vector<std::string> certificate_names(std::span<const std::string> words);

/// The same, where there has to be one.
std::string certificate_name(std::span<const std::string> words);

/// What kubectl would say to a flag or command that is not there, with the nearest that is.
std::string unknown_flag(std::string_view typed, std::span<const std::string> known);
std::string unknown_command(std::string_view typed, std::string_view program);

template <typename Choice, std::size_t Size>
Choice choice_value(std::string_view flag, std::string_view text,
                    const std::array<NamedChoice<Choice>, Size>& choices) {
    std::string allowed;
    for (const auto& [name, choice] : choices) {
        if (name == text) {
            return choice;
        }
        allowed += (allowed.empty() ? "" : ", ") + std::string(name);
    }
    refuse_value(flag, text, "must be one of: " + allowed);
}

}  // namespace kcert::cli
