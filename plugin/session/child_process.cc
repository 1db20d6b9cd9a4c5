// SPDX-License-Identifier: Apache-2.0

#include "session/child_process.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <system_error>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "kube/file_descriptor.h"
#include "session/child.h"
#include "session/doorbell.h"

namespace kcert::session {
namespace {

using kube::FileDescriptor;

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
                throw Error(ErrorKind::Internal, "poll: " + system_reason(errno));
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
    Child child(program, out.write.get(), err.write.get());
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
