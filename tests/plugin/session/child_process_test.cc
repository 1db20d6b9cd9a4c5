// SPDX-License-Identifier: Apache-2.0

#include <fcntl.h>
#include <signal.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <thread>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "base/text.h"
#include "session/child_process.h"
#include "support/temporary_folder.h"

namespace kcert::session {
namespace {

using namespace std::chrono_literals;

const TalkHandler kDeaf = [](std::string_view) {};

/// A tiny script, run by /bin/sh.
Program script(const std::string& text) {
    return {
        .file = "/bin/sh", .arguments = {"sh", "-c", text}, .environment = {"PATH=/bin:/usr/bin"}};
}

bool runs(pid_t pid) {
    return ::kill(pid, 0) == 0;
}

/// True once the process is gone; whoever inherited it reaps it in its own time.
bool goes(pid_t pid) {
    const auto until = std::chrono::steady_clock::now() + 10s;
    while (runs(pid) && std::chrono::steady_clock::now() < until) {
        std::this_thread::yield();
    }
    return !runs(pid);
}

/// Requests a stop as soon as `file` is there.
std::jthread stop_when_there(const std::stop_source& source, const std::filesystem::path& file) {
    return std::jthread([source = source, file](const std::stop_token& ended) mutable {
        while (!std::filesystem::exists(file) && !ended.stop_requested()) {
            std::this_thread::yield();
        }
        source.request_stop();
    });
}

pid_t number_in(const testing::TemporaryFolder& folder, const std::string& name) {
    return std::stoi(folder.read(name));
}

TEST_CASE("a program's stdout, stderr and exit code are told apart", "[session][child]") {
    std::string talk;

    const Ending ending = run_program(script("echo data; echo words >&2; exit 7"), {},
                                      [&](std::string_view bytes) { talk += bytes; }, {});

    CHECK(ending.exit_code == 7);
    CHECK(ending.signal == 0);
    CHECK(ending.output.reveal() == "data\n");
    CHECK(talk == "words\n");
}

TEST_CASE("a program that a signal ended has no exit code", "[session][child]") {
    const Ending ending = run_program(script("kill -KILL $$"), {}, kDeaf, {});

    CHECK(ending.exit_code == -1);
    CHECK(ending.signal == SIGKILL);
}

TEST_CASE("what cannot be started is told in the system's words", "[session][child]") {
    testing::TemporaryFolder folder;
    folder.write("plain", "");
    const auto start = [&](const std::string& name) {
        run_program({.file = folder.path() / name, .arguments = {name}}, {}, kDeaf, {});
    };

    CHECK_THROWS_WITH(start("missing"), Catch::EndsWith("missing: no such file or directory"));
    CHECK_THROWS_WITH(start("plain"), Catch::StartsWith("fork/exec ") &&
                                          Catch::EndsWith("plain: permission denied"));
}

TEST_CASE("a program gets only the environment and arguments it is given", "[session][child]") {
    Program program = script("echo \"$0|$1|$LEFT|$HOME\"");
    program.arguments.insert(program.arguments.end(), {"name", "two words; exit 1"});
    program.environment.emplace_back("LEFT=here");

    const Ending ending = run_program(program, {}, kDeaf, {});

    CHECK(ending.output.reveal() == "name|two words; exit 1|here|\n");
}

TEST_CASE("a program has our signals unblocked and SIGPIPE at its default", "[session][child]") {
    sigset_t blocked;
    sigset_t before;
    sigemptyset(&blocked);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
        sigaddset(&blocked, signal);
    }
    pthread_sigmask(SIG_BLOCK, &blocked, &before);
    const auto pipe_before = ::signal(SIGPIPE, SIG_IGN);

    const Ending ending = run_program(
        {.file = "/bin/grep", .arguments = {"grep", "-E", "^Sig(Blk|Ign)", "/proc/self/status"}},
        {}, kDeaf, {});

    ::signal(SIGPIPE, pipe_before);
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    CHECK_THAT(std::string(ending.output.reveal()), Catch::Contains("SigBlk:\t0000000000000000"));
    const std::string text(ending.output.reveal());
    const auto ignored = std::stoull(text.substr(text.find("SigIgn:") + 8), nullptr, 16);
    CHECK((ignored >> (SIGPIPE - 1U) & 1U) == 0);
}

TEST_CASE("a program inherits no descriptor but 0, 1 and 2", "[session][child]") {
    // ls itself opens the folder that it lists: the fourth.
    const Ending ending =
        run_program({.file = "/bin/ls", .arguments = {"ls", "/proc/self/fd"}}, {}, kDeaf, {});

    // What the test's own parent left open is not ours to close.
    const auto lines = split(trim(ending.output.reveal()), '\n');
    const auto inherited = [] {
        std::size_t count = 0;
        for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
            const int descriptor = std::stoi(entry.path().filename());
            const int flags = ::fcntl(descriptor, F_GETFD);
            count += flags >= 0 && (flags & FD_CLOEXEC) == 0 && descriptor > 2 ? 1 : 0;
        }
        return count;
    }();
    CHECK(lines.size() == 4 + inherited);
}

TEST_CASE("stdin is empty unless the program may use ours", "[session][child]") {
    const Ending ending = run_program(script("cat; echo end"), {}, kDeaf, {});

    CHECK(ending.output.reveal() == "end\n");
}

TEST_CASE("a program that hangs is ended when the run is stopped", "[session][child]") {
    testing::TemporaryFolder folder;
    const std::string file = folder.path() / "pid";
    std::stop_source source;
    const std::jthread stopper = stop_when_there(source, file);

    CHECK_THROWS_AS(run_program(script("echo $$ > " + file + ".new; mv " + file + ".new " + file +
                                       "; sleep 1000 & wait"),
                                {}, kDeaf, source.get_token()),
                    Error);

    CHECK(goes(number_in(folder, "pid")));
}

TEST_CASE("a program that ignores SIGTERM is killed with all that it started", "[session][child]") {
    testing::TemporaryFolder folder;
    const std::string file = folder.path() / "pids";
    std::stop_source source;
    const std::jthread stopper = stop_when_there(source, file);
    const Program stubborn =
        script("trap '' TERM; (trap '' TERM; while :; do sleep 1000; done) & echo $! > " + file +
               ".new; mv " + file + ".new " + file + "; while :; do sleep 1000; done");

    try {
        run_program(stubborn, {.grace = 50ms}, kDeaf, source.get_token());
        FAIL("it was stopped");
    } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::Cancelled);
    }

    CHECK(goes(number_in(folder, "pids")));
}

TEST_CASE("a run that is stopped already starts nothing that stays", "[session][child]") {
    std::stop_source source;
    source.request_stop();

    CHECK_THROWS_AS(run_program(script("sleep 1000"), {.grace = 50ms}, kDeaf, source.get_token()),
                    Error);
}

TEST_CASE("a flood on stdout ends in an error that names the bound", "[session][child]") {
    CHECK_THROWS_WITH(run_program(script("yes"), {.output = 1000, .grace = 50ms}, kDeaf, {}),
                      Catch::Contains("printed more than 1000 bytes"));
}

TEST_CASE("a flood on stderr is cut, and the program still heard", "[session][child]") {
    std::size_t heard = 0;

    const Ending ending =
        run_program(script("head -c 300000 /dev/zero >&2; echo data"), {.talk = 1000},
                    [&](std::string_view bytes) { heard += bytes.size(); }, {});

    CHECK(heard == 1000);
    CHECK(ending.output.reveal() == "data\n");
}

TEST_CASE("what a program left running does not keep us, though it holds the pipes",
          "[session][child]") {
    const Ending ending = run_program(script("sleep 1000 & echo $!; exit 0"), {}, kDeaf, {});

    const pid_t left = std::stoi(std::string(ending.output.reveal()));
    CHECK(runs(left));
    ::kill(left, SIGKILL);
}

TEST_CASE("all that was printed arrives, though the program has ended", "[session][child]") {
    const Ending ending = run_program(script("head -c 50000 /dev/zero"), {}, kDeaf, {});

    CHECK(ending.output.reveal().size() == 50000);
}

}  // namespace
}  // namespace kcert::session
