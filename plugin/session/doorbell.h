// SPDX-License-Identifier: Apache-2.0
//
// A descriptor for poll() that becomes readable when somebody rings, from whichever thread, and
// stays so.

#pragma once

#include <sys/eventfd.h>

#include <cerrno>
#include <system_error>

#include "base/error.h"
#include "kube/file_descriptor.h"

namespace kcert::session {

class Doorbell {
  public:
    Doorbell() : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
        if (!event_.is_open()) {
            throw Error(ErrorKind::Internal, "eventfd: " + std::generic_category().message(errno));
        }
    }

    void ring() const { ::eventfd_write(event_.get(), 1); }
    int descriptor() const { return event_.get(); }

  private:
    kube::FileDescriptor event_;
};

}  // namespace kcert::session
