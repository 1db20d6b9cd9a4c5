// SPDX-License-Identifier: Apache-2.0

#include "session/kubeconfig_write_back.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <vector>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "json/json.h"
#include "json/yaml.h"
#include "kube/file_descriptor.h"
#include "kube/file_io.h"
#include "session/child_process.h"
#include "session/kubeconfig_lock.h"

namespace kcert::session {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(const fs::path& file, std::string_view why) {
    throw Error(ErrorKind::Config, fmt::format("{}: {}", printable(file.native()), why));
}

KubeconfigLock lock(const std::string& file, const Clock& clock) {
    constexpr int kTries = 50;
    constexpr auto kPause = std::chrono::milliseconds(100);
    for (int tries = 0; tries < kTries; ++tries) {
        if (std::optional<KubeconfigLock> held = KubeconfigLock::try_lock(file)) {
            return *std::move(held);
        }
        clock.sleep_for(kPause, {});
    }
    refuse(file + ".lock",
           "somebody else is writing the kubeconfig; if nobody is, a run that was killed left this "
           "file behind: remove it");
}

json::Value* member_by_name(json::Value& list, std::string_view name) {
    if (list.is_array()) {
        for (json::Value& entry : list.as_array()) {
            if (entry.text({"name"}) == name) {
                return &entry;
            }
        }
    }
    return nullptr;
}

bool is_json(std::string_view text) {
    return trim(text).starts_with('{');
}

/// The text of the changed kubeconfig, in the language that it was in.
std::string changed(const std::string& text, const TokenUpdate& update) {
    std::vector<json::Value> documents = json::parse_yaml(text);
    if (documents.size() != 1) {
        throw Error(ErrorKind::Config, "it is not one document");
    }
    const json::Value value = with_tokens(std::move(documents.front()), update);
    std::string result = is_json(text) ? json::write_pretty_json(value) : json::write_yaml(value);
    const std::vector<json::Value> read_back = json::parse_yaml(result);
    if (read_back.size() != 1 || !(read_back.front() == value)) {
        throw Error(ErrorKind::Internal, "it would not read back as it was");
    }
    return result;
}

/// Puts `content` in place of `file` and keeps its mode and owner: a kubeconfig that is rewritten
/// under sudo stays the user's.
void replace(const fs::path& file, const std::string& content, const struct stat& old) {
    std::string aside = file.native() + ".XXXXXX";
    const kube::FileDescriptor opened(::mkostemp(aside.data(), O_CLOEXEC));  // mode 0600
    if (!opened.is_open()) {
        refuse(file, system_reason(errno));
    }
    struct stat made {};
    bool done = ::fstat(opened.get(), &made) == 0;
    if (done && (made.st_uid != old.st_uid || made.st_gid != old.st_gid)) {
        done = ::fchown(opened.get(), old.st_uid, old.st_gid) == 0;
    }
    for (std::size_t at = 0; done && at < content.size();) {
        const ssize_t count = ::write(opened.get(), content.data() + at, content.size() - at);
        done = count > 0 || errno == EINTR;
        at += count > 0 ? static_cast<std::size_t>(count) : 0;
    }
    done = done && ::fchmod(opened.get(), old.st_mode & 07777U) == 0 &&
           ::fsync(opened.get()) == 0 && ::rename(aside.c_str(), file.c_str()) == 0;
    if (!done) {
        const int error_number = errno;
        ::unlink(aside.c_str());
        refuse(file, system_reason(error_number));
    }
    // The new name is on the disk only when its folder is.
    const kube::FileDescriptor folder(
        ::open(file.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (folder.is_open()) {
        ::fsync(folder.get());
    }
}

}  // namespace

json::Value with_tokens(json::Value kubeconfig, const TokenUpdate& update) {
    json::Value* const entry =
        kubeconfig.is_object() ? member_by_name(kubeconfig.member("users"), update.user) : nullptr;
    if (entry == nullptr || !entry->at({"user", "auth-provider"}).is_object()) {
        throw Error(ErrorKind::Config, fmt::format("user \"{}\" with an auth-provider is no longer "
                                                   "there",
                                                   printable(update.user)));
    }
    json::Value& config = entry->member("user").member("auth-provider").member("config");
    if (!config.is_object()) {
        config = json::Value::object();
    }
    config.set("id-token", std::string(update.id_token.reveal()));
    if (!update.refresh_token.empty()) {
        config.set("refresh-token", std::string(update.refresh_token.reveal()));
    }
    return kubeconfig;
}

void write_back(const TokenUpdate& update, const Clock& clock) {
    const KubeconfigLock held = lock(update.file, clock);
    std::error_code unresolved;
    const fs::path target = fs::canonical(update.file, unresolved);
    if (unresolved) {
        refuse(update.file, system_reason(unresolved.value()));
    }
    std::optional<std::string> text = kube::read_file(target);
    struct stat status {};
    if (!text || ::stat(target.c_str(), &status) != 0) {
        refuse(target, "no such file or directory");
    }
    std::string content =
        while_doing(printable(target.native()), [&] { return changed(*text, update); });
    wipe(*text);
    replace(target, content, status);
    wipe(content);
}

}  // namespace kcert::session
