// SPDX-License-Identifier: Apache-2.0

#include "session/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <optional>
#include <system_error>
#include <thread>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "kube/file_descriptor.h"
#include "session/doorbell.h"

namespace kcert::session {
namespace {

using kube::FileDescriptor;

[[noreturn]] void throw_internal(std::string_view call, int error_number) {
    throw Error(ErrorKind::Internal, fmt::format("{}: {}", call, system_reason(error_number)));
}

/// Both ends close on exec and stand above 0, 1 and 2, which become the child's own.
struct Pipe {
    Pipe() {
        std::array<int, 2> ends{};
        if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
            throw_internal("pipe", errno);
        }
        const FileDescriptor out(ends[0]);
        const FileDescriptor in(ends[1]);
        constexpr int kFirstFree = 3;
        read = FileDescriptor(::fcntl(out.get(), F_DUPFD_CLOEXEC, kFirstFree));
        write = FileDescriptor(::fcntl(in.get(), F_DUPFD_CLOEXEC, kFirstFree));
        if (!read.is_open() || !write.is_open() || ::fcntl(read.get(), F_SETFL, O_NONBLOCK) != 0) {
            throw_internal("pipe", errno);
        }
    }

    FileDescriptor read;
    FileDescriptor write;
};

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

/// A child that runs or is not yet reaped, so that its number is still its own. Gone with its
/// owner.
class Child {
  public:
    Child(pid_t pid, ChildInput input) : pid_(pid), input_(input), watcher_([this] { watch(); }) {}
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    ~Child() {
        if (pid_ > 0) {
            signal(SIGKILL);
            reap();
        }
    }

    /// Readable once it has ended.
    int ended() const { return ended_.descriptor(); }

    void signal(int number) const { ::kill(input_ == ChildInput::None ? -pid_ : pid_, number); }

    /// Asks it to end, then makes it and what it started.
    void end(Duration grace) const {
        signal(SIGTERM);
        pollfd waiting{.fd = ended(), .events = POLLIN, .revents = 0};
        const auto wait = std::chrono::ceil<std::chrono::milliseconds>(grace).count();
        ::poll(&waiting, 1, static_cast<int>(wait));
        signal(SIGKILL);
    }

    /// Waits for its end.
    Ending reap() {
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

  private:
    void watch() const {
        siginfo_t info{};
        while (::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOWAIT) != 0 &&
               errno == EINTR) {
        }
        ended_.ring();
    }

    pid_t pid_;
    ChildInput input_;
    Doorbell ended_;
    std::thread watcher_;  // last: it uses the others
};

enum class Stream { More, Empty, Closed };

/// Takes one piece from a pipe that does not block.
template <typename Take>
Stream read_piece(FileDescriptor& pipe, const Take& take) {
    std::array<char, 1U << 14U> buffer{};
    const ssize_t count = ::read(pipe.get(), buffer.data(), buffer.size());
    if (count > 0) {
        take(std::string_view(buffer.data(), static_cast<std::size_t>(count)));
        ::explicit_bzero(buffer.data(), static_cast<std::size_t>(count));
        return Stream::More;
    }
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) {
        return Stream::Empty;
    }
    pipe = FileDescriptor();
    return Stream::Closed;
}

/// The parent's side of both pipes.
class Listener {
  public:
    Listener(FileDescriptor out, FileDescriptor err, const ChildLimits& limits,
             const TalkHandler& on_talk)
        : out_(std::move(out)), err_(std::move(err)), limits_(limits), on_talk_(on_talk) {
        constexpr std::size_t kUsualReply = 1U << 14U;
        output_.reserve(kUsualReply);
    }
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;
    ~Listener() { wipe(output_); }

    /// Hears both until the child has ended; false when stopped or when it printed too much.
    bool listen(int ended, int stopped) {
        for (;;) {
            std::array<pollfd, 4> events{{{.fd = out_.get(), .events = POLLIN, .revents = 0},
                                          {.fd = err_.get(), .events = POLLIN, .revents = 0},
                                          {.fd = ended, .events = POLLIN, .revents = 0},
                                          {.fd = stopped, .events = POLLIN, .revents = 0}}};
            if (::poll(events.data(), events.size(), -1) < 0 && errno != EINTR) {
                throw_internal("poll", errno);
            }
            if (events[3].revents != 0) {
                return false;
            }
            if (events[2].revents != 0) {
                return drain();
            }
            if (events[0].revents != 0) {
                hear_output();
            }
            if (events[1].revents != 0) {
                hear_talk();
            }
            if (is_full()) {
                return false;
            }
        }
    }

    /// It printed more than it may.
    bool is_full() const { return output_.size() > limits_.output; }
    Sensitive output() { return Sensitive(std::move(output_)); }

  private:
    Stream hear_output() {
        return read_piece(out_, [this](std::string_view bytes) { output_ += bytes; });
    }

    Stream hear_talk() {
        return read_piece(err_, [this](std::string_view bytes) {
            const std::size_t room = limits_.talk - std::min(limits_.talk, heard_);
            heard_ += bytes.size();
            on_talk_(bytes.substr(0, room));
        });
    }

    /// What the child left in the pipes. Others may hold them open and go on writing: what is there
    /// now is enough, and no pipe holds more than the bound.
    bool drain() {
        while (!is_full() && hear_output() == Stream::More) {
        }
        constexpr int kMostPieces = 64;
        for (int pieces = 0; pieces < kMostPieces && hear_talk() == Stream::More; ++pieces) {
        }
        return !is_full();
    }

    FileDescriptor out_;
    FileDescriptor err_;
    const ChildLimits& limits_;
    const TalkHandler& on_talk_;
    std::string output_;
    std::size_t heard_ = 0;
};

}  // namespace

Ending run_program(const Program& program, const ChildLimits& limits, const TalkHandler& on_talk,
                   std::stop_token stop) {
    const Doorbell stopped;
    const std::stop_callback on_stop(stop, [&stopped] { stopped.ring(); });
    Pipe out;
    Pipe err;
    Child child(spawn(program, out.write.get(), err.write.get()), program.input);
    out.write = FileDescriptor();
    err.write = FileDescriptor();

    std::optional<Listener> listener(std::in_place, std::move(out.read), std::move(err.read),
                                     limits, on_talk);
    if (!listener->listen(child.ended(), stopped.descriptor())) {
        const bool flooded = listener->is_full();
        listener.reset();  // closes the pipes: nobody stays behind with a full one
        child.end(limits.grace);
        child.reap();
        if (flooded) {
            throw Error(ErrorKind::Config, fmt::format("executable {} printed more than {} bytes",
                                                       printable(program.file), limits.output));
        }
        throw Error(ErrorKind::Cancelled,
                    fmt::format("stopped while {} ran", printable(program.file)));
    }
    Ending ending = child.reap();
    ending.output = listener->output();
    return ending;
}

std::string system_reason(int error_number) {
    std::string reason = std::generic_category().message(error_number);
    return to_lower(std::string_view(reason).substr(0, 1)) + reason.substr(1);
}

}  // namespace kcert::session
