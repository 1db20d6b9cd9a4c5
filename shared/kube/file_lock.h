// SPDX-License-Identifier: Apache-2.0
//
// flock(2) on a file of its own: held by one holder on this machine, gone with its process however
// that ends. The file stays when the lock goes, unless discard() takes it away.

#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "kube/file_descriptor.h"

namespace kcert::kube {

class FileLock {
  public:
    /// Nothing where somebody else holds it. Makes the folder of the file too, for its owner alone.
    /// Throws as throw_write_failure() does.
    static std::optional<FileLock> try_lock(const std::filesystem::path& file);

    /// Whether somebody holds it. False where the file is not there or may not be read. For the
    /// blink that asking takes, try_lock() finds the file locked.
    static bool is_locked(const std::filesystem::path& file);

    /// Writes into the file, for those who find it locked.
    void leave_note(std::string_view note) const;

    /// Removes the file while it is locked, and its folder where nothing else is in it. Who opened
    /// the file before notices by its held(), and makes another.
    void discard() const;

    /// False once the file was removed or replaced: somebody else may hold a new one.
    bool held() const;

  private:
    FileLock(FileDescriptor descriptor, std::filesystem::path file)
        : descriptor_(std::move(descriptor)), file_(std::move(file)) {}

    FileDescriptor descriptor_;
    std::filesystem::path file_;
};

}  // namespace kcert::kube
