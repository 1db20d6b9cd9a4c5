// SPDX-License-Identifier: Apache-2.0
//
// Help in kubectl's layout. Knows no parser: what a command is called and takes comes in as values.

#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kcert::cli {

/// What a person reads about one command; "{}" stands for the program's name.
struct CommandText {
    std::string_view name;         ///< "issue"; empty for the program itself
    std::string_view summary;      ///< one line in the list of commands
    std::string_view description;  ///< paragraphs
    std::string_view examples;     ///< lines without indent: "# comment", then the command
    std::string_view usage;        ///< behind the program's name: "issue NAME [options]"
};

/// The program itself first, then its commands in alphabetical order.
std::span<const CommandText> command_texts();

struct OptionText {
    std::string names;     ///< "-n, --namespace"
    std::string fallback;  ///< the default as shown: "''", "false", "10m0s"
    std::string help;
};

/// The help of one command; that of the program lists the commands. What the shared options are is
/// left to render_shared_options().
std::string render_help(const std::string& program, const CommandText& command,
                        std::span<const OptionText> options);

/// A help text for a terminal of that many columns: longer lines are broken at spaces, what follows
/// stands under their beginning. A command to type is not broken.
std::string wrapped(std::string_view help, std::size_t columns);

/// What `options` prints: the flags that every command takes.
std::string render_shared_options(std::span<const OptionText> options);

}  // namespace kcert::cli
