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
    FolderClaim(const FolderClaim&) = delete;
    FolderClaim& operator=(const FolderClaim&) = delete;
    ~FolderClaim() override { lock_.discard(); }

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

/// What the holder left in the file. Empty for the blink between its lock and its note.
std::string noted_holder(const std::filesystem::path& file) {
    const std::string note = read_file(file, FileType::NoLink).value_or("");
    return note.empty() ? "another run" : printable(note);
}

}  // namespace

std::unique_ptr<Claim> claim_in_folder(const FolderLayout& layout, const ObjectKey& key,
                                       const Clock& clock, const std::stop_token& stop) {
    constexpr std::chrono::milliseconds kBlink(1);
    constexpr int kMaxTries = 100;
    const std::filesystem::path file = layout.claim_file(key);
    std::optional<FileLock> lock = FileLock::try_lock(file);
    // Who only asks whether it is claimed stands in the way for a blink.
    for (int tries = 0; !lock && !FileLock::is_locked(file) && tries < kMaxTries; ++tries) {
        clock.sleep_for(kBlink, stop);
        lock = FileLock::try_lock(file);
    }
    if (!lock) {
        throw StatusError(
            409, "Conflict",
            fmt::format("{} is being worked on by {}", describe(key), noted_holder(file)));
    }
    lock->leave_note(holder(clock.now()));
    return std::make_unique<FolderClaim>(std::move(*lock));
}

std::optional<std::string> claimed_in_folder(const FolderLayout& layout, const ObjectKey& key) {
    if (!names_a_file(key)) {
        return std::nullopt;  // and nobody can claim it
    }
    const std::filesystem::path file = layout.claim_file(key);
    return FileLock::is_locked(file) ? std::optional(noted_holder(file)) : std::nullopt;
}

}  // namespace kcert::kube
