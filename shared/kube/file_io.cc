// SPDX-License-Identifier: Apache-2.0

#include "kube/file_io.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

#include "base/text.h"
#include "kube/file_descriptor.h"
#include "kube/status_error.h"

namespace kcert::kube {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kScratchPrefix = "tmp.";

std::string reason(int error_number) {
    return std::generic_category().message(error_number);
}

[[noreturn]] void throw_read_failure(const fs::path& file, std::string_view why) {
    throw Error(ErrorKind::Config, fmt::format("{}: {}", printable(file.native()), why));
}

std::string read_fully(int descriptor, const fs::path& file) {
    std::string content;
    std::array<char, 1U << 16U> buffer{};
    for (;;) {
        const ssize_t count = ::read(descriptor, buffer.data(), buffer.size());
        if (count < 0 && errno != EINTR) {
            throw_read_failure(file, reason(errno));
        }
        if (count == 0) {
            return content;
        }
        content.append(buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
        if (content.size() > kMaxFileSize) {
            throw_read_failure(file, fmt::format("more than {} MiB", kMaxFileSize >> 20U));
        }
    }
}

/// False with errno set where the file system refused.
bool write_fully(int descriptor, std::string_view content) {
    while (!content.empty()) {
        const ssize_t written = ::write(descriptor, content.data(), content.size());
        if (written < 0 && errno != EINTR) {
            return false;
        }
        content.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(written, 0)));
    }
    return true;
}

/// A name's change is on the disk only when its folder is.
void sync_folder(const fs::path& folder) {
    const FileDescriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (opened.is_open()) {
        ::fsync(opened.get());
    }
}

/// A new file in `scratch` that holds `content`.
fs::path write_aside(const fs::path& scratch, std::string_view content, Durability durability) {
    std::string name = (scratch / fmt::format("{}XXXXXX", kScratchPrefix)).native();
    const FileDescriptor file(::mkostemp(name.data(), O_CLOEXEC));  // mode 0600
    if (!file.is_open()) {
        throw_write_failure(scratch, errno);
    }
    const bool written = write_fully(file.get(), content) &&
                         (durability == Durability::Lazy || ::fsync(file.get()) == 0);
    if (!written) {
        const int error_number = errno;
        ::unlink(name.c_str());
        throw_write_failure(name, error_number);
    }
    return name;
}

/// Gives `aside` the name `file`. 0, or the error's number.
int put_in_place(const fs::path& aside, const fs::path& file, Existing existing) {
    if (existing == Existing::Refused) {
        // Unlike rename(), link() never replaces.
        if (::link(aside.c_str(), file.c_str()) == 0) {
            ::unlink(aside.c_str());
            return 0;
        }
        const bool no_links = errno == EPERM || errno == ENOTSUP || errno == ENOSYS;
        if (!no_links || fs::exists(fs::symlink_status(file))) {
            return no_links ? EEXIST : errno;
        }
    }
    return ::rename(aside.c_str(), file.c_str()) == 0 ? 0 : errno;
}

}  // namespace

std::optional<std::string> read_file(const fs::path& file, FileType type) {
    // O_NONBLOCK: a pipe that lies where a file should must not hold us up.
    const int flags = O_RDONLY | O_CLOEXEC | (type == FileType::Any ? 0 : O_NONBLOCK) |
                      (type == FileType::NoLink ? O_NOFOLLOW : 0);
    const FileDescriptor opened(::open(file.c_str(), flags));
    if (!opened.is_open() && (errno == ENOENT || errno == ENOTDIR)) {
        return std::nullopt;
    }
    if (!opened.is_open() && errno == ELOOP && type == FileType::NoLink) {
        throw_read_failure(file, "a symbolic link, which is not followed here");
    }
    struct stat status {};
    if (!opened.is_open() || ::fstat(opened.get(), &status) != 0) {
        throw_read_failure(file, reason(errno));
    }
    if (type != FileType::Any && !S_ISREG(status.st_mode)) {
        throw_read_failure(file, "not a regular file");
    }
    return read_fully(opened.get(), file);
}

bool write_file(const fs::path& file, std::string_view content, const fs::path& scratch,
                Existing existing, Durability durability) {
    const fs::path aside = write_aside(scratch, content, durability);
    if (const int error_number = put_in_place(aside, file, existing); error_number != 0) {
        ::unlink(aside.c_str());
        if (error_number == EEXIST) {
            return false;
        }
        throw_write_failure(file, error_number);
    }
    if (durability == Durability::Durable) {
        sync_folder(file.parent_path());
    }
    return true;
}

void expect_writable_folder(const fs::path& folder) {
    // Of the effective user; a read-only file system refuses root too.
    if (::faccessat(AT_FDCWD, (folder / "").c_str(), R_OK | W_OK | X_OK, AT_EACCESS) != 0) {
        throw_write_failure(folder, errno);
    }
}

void remove_scratch_files(const fs::path& scratch) {
    std::error_code ignored;
    for (const fs::directory_entry& entry : fs::directory_iterator(scratch, ignored)) {
        if (entry.path().filename().native().starts_with(kScratchPrefix)) {
            fs::remove(entry.path(), ignored);
        }
    }
}

void throw_write_failure(const fs::path& file, int error_number) {
    const std::string message =
        fmt::format("{} cannot be written: {}", printable(file.native()), reason(error_number));
    if (error_number == EACCES || error_number == EPERM || error_number == EROFS) {
        throw StatusError(403, "Forbidden", message);
    }
    throw Error(ErrorKind::Config, message);
}

}  // namespace kcert::kube
