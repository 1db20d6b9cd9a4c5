// SPDX-License-Identifier: Apache-2.0

#include "commands/provider_settings.h"

#include <filesystem>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "support/temporary_folder.h"

namespace kcert::commands {
namespace {

namespace fs = std::filesystem;

using Catch::Matchers::Contains;
using Programs = std::map<std::string, std::string>;

std::string refusal(const std::string& flag) {
    try {
        programs({flag});
    } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::Usage);
        return error.what();
    }
    return "accepted";
}

/// The settings of a run in a folder, without a cluster.
dns01::ProviderSettings settings_of(const cli::IssueOptions& options,
                                    const session::Variables& variables = {}) {
    return provider_settings(options, session::Session{}, variables);
}

/// A script of that text, which may be run.
std::string script(const testing::TemporaryFolder& folder, const std::string& text) {
    folder.write("script", "#!/bin/sh\n" + text);
    const fs::path path = folder.path() / "script";
    fs::permissions(path, fs::perms::owner_all);
    return path.string();
}

TEST_CASE("the flag --dns01-exec names a program for a provider", "[commands][unit]") {
    CHECK(programs({}).empty());
    CHECK(programs({"our-dns=./set-txt", "other=/opt/b"}) ==
          Programs{{"our-dns", "./set-txt"}, {"other", "/opt/b"}});
}

TEST_CASE("of a provider named twice the last program counts", "[commands][unit]") {
    CHECK(programs({"our-dns=./a", "our-dns=./b"}) == Programs{{"our-dns", "./b"}});
}

TEST_CASE("only the first equals sign parts name and program", "[commands][unit]") {
    CHECK(programs({"our-dns=./a=b"}) == Programs{{"our-dns", "./a=b"}});
}

TEST_CASE("a path is taken as it stands, whatever a shell would make of it", "[commands][unit]") {
    CHECK(programs({"our-dns=./a b;$(c)"}) == Programs{{"our-dns", "./a b;$(c)"}});
}

TEST_CASE("a bare name is looked for in PATH", "[commands][unit]") {
    const std::string found = programs({"our-dns=sh"}).at("our-dns");

    CHECK(fs::path(found).is_absolute());
    CHECK(fs::path(found).filename() == "sh");
    CHECK(refusal("our-dns=no-such-program-here") ==
          "--dns01-exec: no program no-such-program-here in PATH; one of this folder is "
          "./no-such-program-here");
}

TEST_CASE("what is not NAME=PROGRAM is wrong usage", "[commands][unit]") {
    for (const std::string flag : {"", "=", "our-dns", "our-dns=", "=./a"}) {
        CHECK(refusal(flag) ==
              "invalid argument \"" + flag + "\" for \"--dns01-exec\" flag: must be NAME=PROGRAM");
    }
    CHECK_THAT(refusal("a\x1b[31m"), Contains("a\\x1b[31m"));
}

TEST_CASE("a program gets its arguments as they are, and its code comes back", "[commands][unit]") {
    const testing::TemporaryFolder folder;
    const std::string file =
        script(folder, R"(printf '%s|' "$0" "$@" > "${0%/*}/told"; echo oops >&2; exit 7)");
    const std::vector<std::string> arguments{"present", "-n", "$(id) *", ""};

    const dns01::ProgramEnding ending = settings_of({}).run_program(file, arguments, {});

    CHECK(ending.exit_code == 7);
    CHECK(ending.talk == "oops\n");
    CHECK(folder.read("told") == file + "|present|-n|$(id) *||");
}

TEST_CASE("of what a program says the end is kept, however much it says", "[commands][unit]") {
    const testing::TemporaryFolder folder;
    const std::string file =
        script(folder, "head -c 3000000 /dev/zero | tr '\\0' x >&2\necho the reason >&2\nexit 1");

    const dns01::ProgramEnding ending = settings_of({}).run_program(file, {}, {});

    CHECK(ending.talk.size() == 2048);
    CHECK(ending.talk.ends_with("xthe reason\n"));
}

TEST_CASE("a program that is not there is told as the system tells it", "[commands][unit]") {
    CHECK_THROWS_WITH(settings_of({}).run_program("/nonexistent/program", {}, {}),
                      Contains("no such file or directory"));
}

TEST_CASE("flags and variables reach the providers", "[commands][unit]") {
    const session::Variables variables{{"AWS_ENDPOINT_URL", Sensitive("https://aws.test")}};

    const dns01::ProviderSettings settings = settings_of({.ambient_credentials = true}, variables);

    CHECK(settings.ambient_credentials);
    CHECK(settings.variable("AWS_ENDPOINT_URL") == "https://aws.test");
    CHECK(settings.aggregated_api == nullptr);
    CHECK_FALSE(settings_of({}).ambient_credentials);
}

}  // namespace
}  // namespace kcert::commands
