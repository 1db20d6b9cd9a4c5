// SPDX-License-Identifier: Apache-2.0
//
// A process of our own while it runs: how it is started, ended and waited for. Knows nothing of
// what it prints. One thread at a time.

#pragma once

#include <sys/types.h>

#include <thread>

#include "base/clock.h"
#include "kube/file_descriptor.h"
#include "session/child_process.h"
#include "session/doorbell.h"

namespace kcert::session {

/// Both ends close on exec and stand above 0, 1 and 2, which become the child's own; `read` does
/// not block.
struct Pipe {
    /// Throws Error{Internal}.
    Pipe();

    kube::FileDescriptor read;
    kube::FileDescriptor write;
};

/// A child that runs or is not yet reaped, so that its number is still its own. Gone with its
/// owner.
class Child {
  public:
    /// Starts `program`; its stdout and stderr are these descriptors. Throws Error{Config} where it
    /// cannot be started.
    Child(const Program& program, int out, int err);
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    ~Child();

    /// Readable once it has ended.
    int ended() const { return ended_.descriptor(); }

    /// Asks it to end, and after `grace` makes it and what it started.
    void end(Duration grace) const;

    /// Waits for its end; the output is left to the caller.
    Ending reap();

  private:
    void signal(int number) const;
    void watch() const;

    pid_t pid_;
    ChildInput input_;
    Doorbell ended_;
    std::thread watcher_;  // last: it uses the others
};

}  // namespace kcert::session
