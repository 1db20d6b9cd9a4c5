// SPDX-License-Identifier: Apache-2.0

#include "session/child.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"

namespace kcert::session {
namespace {

using kube::FileDescriptor;

/// What posix_spawn() is to do between fork and exec.
class SpawnPlan {
  public:
    SpawnPlan(ChildInput input, int out, int err) {
        ::posix_spawn_file_actions_init(&actions_);
        ::posix_spawnattr_init(&attributes_);
        if (input == ChildInput::None) {
            ::posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        }
        ::posix_spawn_file_actions_adddup2(&actions_, out, STDOUT_FILENO);
        ::posix_spawn_file_actions_adddup2(&actions_, err, STDERR_FILENO);
        sigset_t none;
        sigemptyset(&none);
        ::posix_spawnattr_setsigmask(&attributes_, &none);
        // We ignore it for our sockets; a shell script relies on it.
        sigset_t defaults;
        sigemptyset(&defaults);
        sigaddset(&defaults, SIGPIPE);
        ::posix_spawnattr_setsigdefault(&attributes_, &defaults);
        const int session = input == ChildInput::None ? POSIX_SPAWN_SETSID : 0;
        ::posix_spawnattr_setflags(
            &attributes_,
            static_cast<short>(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | session));
    }
    SpawnPlan(const SpawnPlan&) = delete;
    SpawnPlan& operator=(const SpawnPlan&) = delete;
    ~SpawnPlan() {
        ::posix_spawnattr_destroy(&attributes_);
        ::posix_spawn_file_actions_destroy(&actions_);
    }

    const posix_spawn_file_actions_t* actions() const { return &actions_; }
    const posix_spawnattr_t* attributes() const { return &attributes_; }

  private:
    posix_spawn_file_actions_t actions_{};
    posix_spawnattr_t attributes_{};
};

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> result;
    result.reserve(texts.size() + 1);
    for (std::string& text : texts) {
        result.push_back(text.data());
    }
    result.push_back(nullptr);
    return result;
}

pid_t spawn(const Program& program, int out, int err) {
    const SpawnPlan plan(program.input, out, err);
    std::vector<std::string> arguments = program.arguments;
    std::vector<std::string> environment = program.environment;
    pid_t pid = -1;
    const int error_number =
        ::posix_spawn(&pid, program.file.c_str(), plan.actions(), plan.attributes(),
                      pointers(arguments).data(), pointers(environment).data());
    if (error_number != 0) {
        throw Error(ErrorKind::Config, fmt::format("fork/exec {}: {}", printable(program.file),
                                                   system_reason(error_number)));
    }
    return pid;
}

}  // namespace

Pipe::Pipe() {
    std::array<int, 2> ends{};
    bool made = ::pipe2(ends.data(), O_CLOEXEC) == 0;
    if (made) {
        const FileDescriptor out(ends[0]);
        const FileDescriptor in(ends[1]);
        constexpr int kFirstFree = 3;
        read = FileDescriptor(::fcntl(out.get(), F_DUPFD_CLOEXEC, kFirstFree));
        write = FileDescriptor(::fcntl(in.get(), F_DUPFD_CLOEXEC, kFirstFree));
        made = read.is_open() && write.is_open() && ::fcntl(read.get(), F_SETFL, O_NONBLOCK) == 0;
    }
    if (!made) {
        throw Error(ErrorKind::Internal, "pipe: " + system_reason(errno));
    }
}

Child::Child(const Program& program, int out, int err)
    : pid_(spawn(program, out, err)), input_(program.input), watcher_([this] { watch(); }) {}

Child::~Child() {
    if (pid_ > 0) {
        signal(SIGKILL);
        reap();
    }
}

void Child::end(Duration grace) const {
    signal(SIGTERM);
    pollfd waiting{.fd = ended(), .events = POLLIN, .revents = 0};
    const auto wait = std::chrono::ceil<std::chrono::milliseconds>(grace).count();
    ::poll(&waiting, 1, static_cast<int>(wait));
    signal(SIGKILL);
}

Ending Child::reap() {
    watcher_.join();
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
    if (WIFSIGNALED(status)) {
        return {.exit_code = -1, .signal = WTERMSIG(status)};
    }
    return {.exit_code = WEXITSTATUS(status)};
}

void Child::signal(int number) const {
    ::kill(input_ == ChildInput::None ? -pid_ : pid_, number);
}

void Child::watch() const {
    siginfo_t info{};
    while (::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOWAIT) != 0 &&
           errno == EINTR) {
    }
    ended_.ring();
}

}  // namespace kcert::session
