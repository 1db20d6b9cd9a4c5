// SPDX-License-Identifier: Apache-2.0

#include "dns/waker.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "base/error.h"

namespace kcert::dns {

Waker::Waker(std::stop_token stop) : descriptor_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (descriptor_ < 0) {
        throw Error(ErrorKind::Internal, "eventfd: " + std::system_category().message(errno));
    }
    on_stop_.emplace(std::move(stop), Write{descriptor_});
}

Waker::~Waker() {
    on_stop_.reset();  // waits for a callback that writes right now
    close(descriptor_);
}

void Waker::Write::operator()() const {
    eventfd_write(descriptor, 1);
}

}  // namespace kcert::dns
