// SPDX-License-Identifier: Apache-2.0

#include "commands/provider_settings.h"

#include <limits>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "session/child_process.h"
#include "session/exec_call.h"
#include "session/local_file.h"

namespace kcert::commands {
namespace {

/// Of what a program says on stderr the end is kept: there the reason stands.
constexpr std::size_t kTalk = 2048;
constexpr session::ChildLimits kLimits{.talk = std::numeric_limits<std::size_t>::max()};

dns01::ProgramEnding run_program(const std::string& file, std::span<const std::string> arguments,
                                 std::stop_token stop) {
    session::Program program{
        .file = file, .arguments = {file}, .environment = session::inherited_environment()};
    program.arguments.insert(program.arguments.end(), arguments.begin(), arguments.end());
    std::string talk;
    const session::Ending ending = session::run_program(
        program, kLimits,
        [&](std::string_view bytes) {
            talk.append(bytes);
            if (talk.size() > kTalk) {
                talk.erase(0, talk.size() - kTalk);
            }
        },
        std::move(stop));
    return {.exit_code = ending.exit_code, .talk = std::move(talk)};
}

Sensitive read_file(const std::string& path) {
    return Sensitive(session::read_needed_file(path));
}

}  // namespace

dns01::ProviderSettings provider_settings(const cli::IssueOptions& options,
                                          const session::Session& session,
                                          const session::Variables& variables) {
    return {.variables = variables,
            .ambient_credentials = options.ambient_credentials,
            .read_file = read_file,
            .aggregated_api = session.aggregated_api,
            .run_program = run_program};
}

std::map<std::string, std::string> programs(const std::vector<std::string>& flags) {
    std::map<std::string, std::string> programs;
    for (const std::string& flag : flags) {
        const std::size_t equals = flag.find('=');
        if (equals == 0 || equals >= flag.size() - 1) {
            throw Error(ErrorKind::Usage,
                        fmt::format("invalid argument \"{}\" for \"--dns01-exec\" flag: must be "
                                    "NAME=PROGRAM",
                                    printable(flag)));
        }
        std::string file = flag.substr(equals + 1);
        if (file.find('/') == std::string::npos) {
            const auto found = session::find_program(file, session::inherited_environment());
            if (!found) {
                throw Error(ErrorKind::Usage,
                            fmt::format("--dns01-exec: no program {} in PATH; one of this folder "
                                        "is ./{}",
                                        printable(file), printable(file)));
            }
            file = *found;
        }
        programs.insert_or_assign(flag.substr(0, equals), std::move(file));
    }
    return programs;
}

}  // namespace kcert::commands
