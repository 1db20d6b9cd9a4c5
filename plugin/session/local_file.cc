// SPDX-License-Identifier: Apache-2.0

#include "session/local_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <system_error>

#include "base/error.h"
#include "base/text.h"
#include "kube/file_descriptor.h"
#include "kube/file_io.h"

namespace kcert::session {
namespace {

constexpr std::size_t kMaxSize = 16U << 20U;

/// The system's reasons begin in lower case in kubectl's messages.
std::string failure(std::string_view doing, const std::string& path, int error_number) {
    const std::string reason = std::generic_category().message(error_number);
    return fmt::format("{} {}: {}{}", doing, path, to_lower(reason.substr(0, 1)), reason.substr(1));
}

kube::FileDescriptor open_file(const std::string& path) {
    return kube::FileDescriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
}

}  // namespace

LocalFile read_local_file(const std::string& path) {
    const kube::FileDescriptor file = open_file(path);
    if (!file.is_open()) {
        const int cause = errno;
        return {.failure = failure("open", path, cause), .missing = cause == ENOENT};
    }
    std::string content;
    std::array<char, 1U << 14U> buffer{};
    for (;;) {
        const ssize_t count = ::read(file.get(), buffer.data(), buffer.size());
        if (count < 0 && errno != EINTR) {
            return {.failure = failure("read", path, errno)};
        }
        if (count == 0) {
            ::explicit_bzero(buffer.data(), buffer.size());
            return {.content = Sensitive(std::move(content))};
        }
        content.append(buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
        if (content.size() > kMaxSize) {
            wipe(content);
            return {.failure = fmt::format("read {}: more than {} MiB", path, kMaxSize >> 20U)};
        }
    }
}

std::string read_needed_file(const std::string& path) {
    std::optional<std::string> content = kube::read_file(path);
    if (!content) {
        throw Error(ErrorKind::Config,
                    fmt::format("open {}: no such file or directory", printable(path)));
    }
    return *std::move(content);
}

std::string open_failure(const std::string& path) {
    return open_file(path).is_open() ? "" : failure("open", path, errno);
}

std::string absence(const std::string& path) {
    struct stat status {};
    return ::stat(path.c_str(), &status) != 0 && errno == ENOENT ? failure("stat", path, ENOENT)
                                                                 : "";
}

bool is_file(const std::string& path) {
    struct stat status {};
    return ::stat(path.c_str(), &status) == 0 && !S_ISDIR(status.st_mode);
}

}  // namespace kcert::session
