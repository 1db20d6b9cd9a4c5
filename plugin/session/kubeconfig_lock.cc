// SPDX-License-Identifier: Apache-2.0

#include "session/kubeconfig_lock.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "kube/file_descriptor.h"
#include "session/child_process.h"

namespace kcert::session {

std::optional<KubeconfigLock> KubeconfigLock::try_lock(const std::string& kubeconfig) {
    std::string file = kubeconfig + ".lock";
    const kube::FileDescriptor made(
        ::open(file.c_str(), O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0));
    if (made.is_open()) {
        return KubeconfigLock(std::move(file));
    }
    if (errno == EEXIST) {
        return std::nullopt;
    }
    throw Error(ErrorKind::Config,
                fmt::format("open {}: {}", printable(file), system_reason(errno)));
}

KubeconfigLock::~KubeconfigLock() {
    if (!file_.empty()) {
        ::unlink(file_.c_str());
    }
}

}  // namespace kcert::session
