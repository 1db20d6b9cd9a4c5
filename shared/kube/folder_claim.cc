// SPDX-License-Identifier: Apache-2.0

#include "kube/folder_claim.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>

#include "base/text.h"
#include "base/timestamp.h"
#include "kube/file_io.h"
#include "kube/file_lock.h"

namespace kcert::kube {
namespace {

class FolderClaim final : public Claim {
  public:
    explicit FolderClaim(FileLock lock) : lock_(std::move(lock)) {}

    bool held() const override { return lock_.held(); }

  private:
    FileLock lock_;
};

std::string host_name() {
    std::array<char, 256> name{};
    return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "this host";
}

/// "user 1000, process 4711 on desk since 2026-11-30T09:15:00Z"
std::string holder(Time now) {
    return fmt::format("user {}, process {} on {} since {}", ::geteuid(), ::getpid(), host_name(),
                       rfc3339(now));
}

}  // namespace

std::unique_ptr<Claim> claim_in_folder(const FolderLayout& layout, const ObjectKey& key, Time now) {
    const std::filesystem::path file = layout.claim_file(key);
    std::optional<FileLock> lock = FileLock::try_lock(file);
    if (!lock) {
        // Empty for the blink between the other's lock and note.
        const std::string note = read_file(file, FileType::NoLink).value_or("");
        throw StatusError(409, "Conflict",
                          fmt::format("{} is being worked on by {}", describe(key),
                                      note.empty() ? "another run" : printable(note)));
    }
    lock->leave_note(holder(now));
    return std::make_unique<FolderClaim>(std::move(*lock));
}

}  // namespace kcert::kube
