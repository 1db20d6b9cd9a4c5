// SPDX-License-Identifier: Apache-2.0

#include "cli/flag_value.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "base/duration.h"
#include "base/error.h"
#include "base/text.h"
#include "cli/help.h"

namespace kcert::cli {

void refuse_value(std::string_view flag, std::string_view value, std::string_view why) {
    throw Error(ErrorKind::Usage,
                fmt::format("invalid argument \"{}\" for \"{}\" flag: {}", value, flag, why));
}

Duration duration_value(std::string_view flag, std::string_view text) {
    const bool bare =
        !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
    const std::optional<Duration> duration = parse_duration(std::string(text) + (bare ? "s" : ""));
    if (!duration || *duration < Duration::zero()) {
        refuse_value(flag, text, "must be a duration such as 90s, 10m or 1h30m");
    }
    return *duration;
}

Duration limit_value(std::string_view flag, std::string_view text) {
    const Duration limit = duration_value(flag, text);
    if (limit == Duration::zero()) {
        refuse_value(flag, text, "must be longer than 0s");
    }
    return limit;
}

std::uint16_t number_value(std::string_view flag, std::string_view text, std::uint16_t least,
                           std::uint16_t most) {
    std::uint16_t number = 0;
    const char* const last = text.data() + text.size();
    const auto [end, error] = std::from_chars(text.data(), last, number);
    if (error != std::errc() || end != last || number < least || number > most) {
        refuse_value(flag, text, fmt::format("must be a number from {} to {}", least, most));
    }
    return number;
}

OutputFormat format_value(std::string_view text, std::size_t count) {
    for (const auto& [name, format] : std::span(kOutputFormats).first(count)) {
        if (name == text) {
            return format;
        }
    }
    throw Error(ErrorKind::Usage,
                fmt::format("unable to match a printer suitable for the output format \"{}\", "
                            "allowed formats are: {}",
                            text, format_names(count, ",")));
}

std::string format_names(std::size_t count, std::string_view separator) {
    std::vector<std::string> names;
    for (const auto& [name, format] : std::span(kOutputFormats).first(count)) {
        names.emplace_back(name);
    }
    return join(names, separator);
}

std::pair<std::string, std::string> pair_value(std::string_view flag, std::string_view text) {
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos || equals == 0) {
        refuse_value(flag, text, "must be KEY=VALUE");
    }
    return {std::string(text.substr(0, equals)), std::string(text.substr(equals + 1))};
}

bool is_certificate_type(std::string_view word) {
    static constexpr std::array<std::string_view, 6> kTypes{"cert",
                                                            "certificate",
                                                            "certificate.certmanager.k8s.io",
                                                            "certificates",
                                                            "certificates.certmanager.k8s.io",
                                                            "certs"};
    return std::binary_search(kTypes.begin(), kTypes.end(), word);
}

std::vector<std::string> certificate_names(std::span<const std::string> words) {
    const bool typed = words.size() > 1 && is_certificate_type(words.front());
    std::vector<std::string> names;
    for (const std::string& word : words.subspan(typed ? 1 : 0)) {
        const std::vector<std::string> parts = split(word, '/');
        if (parts.size() > 2) {
            throw Error(ErrorKind::Usage,
                        fmt::format("\"{}\" is neither NAME nor TYPE/NAME", word));
        }
        if (parts.size() == 2 && typed) {
            throw Error(
                ErrorKind::Usage,
                fmt::format("\"{}\" names its type itself: leave \"{}\" out", word, words.front()));
        }
        if (parts.size() == 2 && !is_certificate_type(parts[0])) {
            throw Error(
                ErrorKind::Usage,
                fmt::format("\"{}\" is no type that this command knows; it takes certificates",
                            parts[0]));
        }
        if (parts.back().empty()) {
            throw Error(ErrorKind::Usage, "NAME must not be empty");
        }
        names.push_back(parts.back());
    }
    return names;
}

std::string certificate_name(std::span<const std::string> words) {
    std::vector<std::string> names = certificate_names(words);
    if (names.size() != 1) {
        throw Error(ErrorKind::Usage,
                    fmt::format("exactly one NAME is required, got {}", names.size()));
    }
    return std::move(names.front());
}

std::string unknown_flag(std::string_view typed, std::span<const std::string> known) {
    if (!typed.starts_with("--")) {
        return fmt::format("unknown shorthand flag: '{}' in {}", typed.substr(1, 1), typed);
    }
    const std::string_view name = typed.substr(0, typed.find('='));
    const std::vector<std::string_view> candidates(known.begin(), known.end());
    const std::string near = closest(name, candidates);
    return fmt::format("unknown flag: {}{}", name,
                       near.empty() ? "" : fmt::format(" (did you mean {}?)", near));
}

std::string unknown_command(std::string_view typed, std::string_view program) {
    std::vector<std::string_view> names;
    for (const CommandText& command : command_texts().subspan(1)) {
        names.push_back(command.name);
    }
    const std::string near = closest(typed, names);
    return fmt::format("unknown command \"{}\" for \"{}\"{}", typed, program,
                       near.empty() ? "" : fmt::format("\n\nDid you mean this?\n\t{}\n", near));
}

}  // namespace kcert::cli
