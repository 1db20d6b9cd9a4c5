// SPDX-License-Identifier: Apache-2.0
//
// A file descriptor that closes itself. Not inherited by programs that are started: whoever opens
// one passes O_CLOEXEC.

#pragma once

#include <unistd.h>

#include <utility>

namespace kcert::kube {

class FileDescriptor {
  public:
    FileDescriptor() = default;
    explicit FileDescriptor(int descriptor) : descriptor_(descriptor) {}
    FileDescriptor(FileDescriptor&& other) noexcept
        : descriptor_(std::exchange(other.descriptor_, -1)) {}
    FileDescriptor& operator=(FileDescriptor&& other) noexcept {
        std::swap(descriptor_, other.descriptor_);
        return *this;
    }
    ~FileDescriptor() {
        if (is_open()) {
            ::close(descriptor_);
        }
    }

    bool is_open() const { return descriptor_ >= 0; }
    int get() const { return descriptor_; }

  private:
    int descriptor_ = -1;
};

}  // namespace kcert::kube
