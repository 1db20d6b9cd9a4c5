// SPDX-License-Identifier: Apache-2.0

#include "kube/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "kube/file_io.h"

namespace kcert::kube {

std::optional<FileLock> FileLock::try_lock(const std::filesystem::path& file) {
    constexpr int kMaxTries = 100;
    for (int tries = 0; tries < kMaxTries; ++tries) {
        FileDescriptor opened(
            ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
        if (!opened.is_open()) {
            // Its folder may go again before the file is made: discard() of another run.
            const std::filesystem::path folder = file.parent_path();
            const bool missing = errno == ENOENT;
            if (missing && (::mkdir(folder.c_str(), 0700) == 0 || errno == EEXIST)) {
                continue;
            }
            throw_write_failure(missing ? folder : file, errno);
        }
        if (::flock(opened.get(), LOCK_EX | LOCK_NB) != 0) {
            if (errno == EWOULDBLOCK) {
                return std::nullopt;
            }
            throw_write_failure(file, errno);
        }
        // Between open and flock the file may have been removed: then the lock is worth nothing.
        FileLock lock(std::move(opened), file);
        if (lock.held()) {
            return lock;
        }
    }
    throw_write_failure(file, EBUSY);
}

bool FileLock::is_locked(const std::filesystem::path& file) {
    // flock(2) can only be asked by trying; a shared lock stands in the way of no other asker.
    const FileDescriptor opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    return opened.is_open() && ::flock(opened.get(), LOCK_SH | LOCK_NB) != 0 &&
           errno == EWOULDBLOCK;
}

void FileLock::leave_note(std::string_view note) const {
    const bool written = ::ftruncate(descriptor_.get(), 0) == 0 &&
                         ::pwrite(descriptor_.get(), note.data(), note.size(), 0) >= 0;
    if (!written) {
        throw_write_failure(file_, errno);
    }
}

void FileLock::discard() const {
    if (held() && ::unlink(file_.c_str()) == 0) {
        ::rmdir(file_.parent_path().c_str());
    }
}

bool FileLock::held() const {
    struct stat ours {};
    struct stat named {};
    return ::fstat(descriptor_.get(), &ours) == 0 && ::stat(file_.c_str(), &named) == 0 &&
           ours.st_ino == named.st_ino && ours.st_dev == named.st_dev;
}

}  // namespace kcert::kube
