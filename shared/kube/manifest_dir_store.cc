// SPDX-License-Identifier: Apache-2.0

#include "kube/manifest_dir_store.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>

#include "base/error.h"
#include "base/text.h"
#include "base/timestamp.h"
#include "json/json.h"
#include "json/merge_patch.h"
#include "json/yaml.h"
#include "kube/file_io.h"
#include "kube/folder_claim.h"
#include "kube/folder_patch.h"
#include "kube/selection.h"

namespace kcert::kube {
namespace {

using std::chrono::milliseconds;

void check(const std::stop_token& stop) {
    if (stop.stop_requested()) {
        throw Error(ErrorKind::Cancelled, "stopped");
    }
}

/// "secrets "web-tls" already exists", as an API server says it.
StatusError refusal(int code, std::string reason, const ObjectKey& key, std::string_view why) {
    return {code, std::move(reason),
            fmt::format("{} \"{}\" {}", key.kind.resource(), printable(key.name), why)};
}

/// Throws where the patch names another state of the object than the one that is there.
void check_precondition(const ObjectKey& key, const json::Value& object, const json::Value& patch) {
    for (const char* field : {"resourceVersion", "uid"}) {
        const std::string_view wanted = patch.text({"metadata", field});
        if (!wanted.empty() && wanted != object.text({"metadata", field})) {
            throw refusal(409, "Conflict", key,
                          "has been changed since it was read; read it again");
        }
    }
}

/// Something stands where an object's own file would, and is not that object.
StatusError in_the_way(const ObjectKey& key, const std::filesystem::path& file) {
    std::error_code unreadable;
    const bool folder = std::filesystem::is_directory(file, unreadable);
    return {403, "Forbidden",
            fmt::format("{} cannot be created: {} {}: move it away", describe(key),
                        printable(file.native()),
                        folder ? "is a folder" : "is in the way and holds something else")};
}

bool is_there(const std::filesystem::path& file) {
    std::error_code missing;
    return std::filesystem::exists(std::filesystem::symlink_status(file, missing));
}

}  // namespace

ManifestDirStore::ManifestDirStore(std::filesystem::path dir, std::string default_namespace,
                                   const Clock& clock)
    : layout_(std::move(dir)), default_namespace_(std::move(default_namespace)), clock_(clock) {
    std::error_code unreadable;
    if (!std::filesystem::is_directory(layout_.dir(), unreadable)) {
        throw Error(ErrorKind::Config, printable(layout_.dir().native()) + ": no such folder");
    }
}

std::vector<Fetched> ManifestDirStore::get_all(std::span<const ObjectKey> keys,
                                               std::stop_token stop) {
    check(stop);
    const FolderSnapshot snapshot(layout_, default_namespace_);
    std::vector<Fetched> fetched;
    for (const ObjectKey& key : keys) {
        const FolderObject* object = snapshot.find(key);
        fetched.emplace_back(object ? std::optional(current(*object)) : std::nullopt);
    }
    return fetched;
}

std::vector<json::Value> ManifestDirStore::list(const Kind& kind, const Selection& selection,
                                                std::stop_token stop) {
    check(stop);
    const Selector selector(selection);
    const FolderSnapshot snapshot(layout_, default_namespace_);
    std::vector<json::Value> values;
    for (const FolderObject& object : snapshot.objects()) {
        if (object.key.kind == kind && (selection.ns.empty() || object.key.ns == selection.ns)) {
            json::Value value = current(object);
            if (selector.matches(value)) {
                values.push_back(std::move(value));
            }
        }
    }
    return values;
}

std::vector<json::Value> ManifestDirStore::create_all(std::span<const json::Value> objects,
                                                      std::stop_token stop) {
    const FileLock lock = lock_for_writing(stop);
    const FolderSnapshot snapshot(layout_, default_namespace_);
    std::vector<json::Value> created;
    for (const json::Value& object : objects) {
        check(stop);
        created.push_back(create_one(snapshot, object));
    }
    return created;
}

json::Value ManifestDirStore::patch(const ObjectKey& key, const json::Value& merge_patch, Part part,
                                    std::stop_token stop) {
    const FileLock lock = lock_for_writing(stop);
    const FolderSnapshot snapshot(layout_, default_namespace_);
    const FolderObject* found = snapshot.find(key);
    if (!found) {
        throw refusal(404, "NotFound", key, "not found");
    }
    check_precondition(key, current(*found), merge_patch);
    const json::Value change = effective_patch(merge_patch, part);
    FolderObject object = *found;
    if (object.owner == Owner::Store) {
        object.base = marked(json::merge_patch(object.base, change), created_at(object.base));
        write_created(object, Existing::Replaced);
    } else if (!change.as_object().empty()) {
        object.overlay = extended_overlay(object, change);
        write_file(layout_.overlay_file(key), json::write_pretty_json(object.overlay),
                   layout_.state_dir(), Existing::Replaced, Durability::Durable);
    }
    return current(object);
}

bool ManifestDirStore::remove(const ObjectKey& key, std::stop_token stop) {
    const FileLock lock = lock_for_writing(stop);
    const FolderSnapshot snapshot(layout_, default_namespace_);
    const FolderObject* object = snapshot.find(key);
    if (!object) {
        return false;
    }
    if (object->owner == Owner::Person) {
        throw refusal(403, "Forbidden", key,
                      fmt::format("stands in {}, which only its author changes: delete it there",
                                  printable(object->file.native())));
    }
    if (::unlink(object->file.c_str()) != 0) {
        throw_write_failure(object->file, errno);
    }
    return true;
}

void ManifestDirStore::expect_writable(std::span<const ObjectKey> keys, std::stop_token stop) {
    check(stop);
    expect_writable_folder(layout_.dir());
    const FolderSnapshot snapshot(layout_, default_namespace_);
    if (is_there(layout_.state_dir())) {
        expect_writable_folder(layout_.state_dir());
    }
    for (const ObjectKey& key : keys) {
        const FolderObject* there = snapshot.find(key);
        const std::filesystem::path file =
            there ? layout_.overlay_file(key) : layout_.created_file(key);
        if (!there && is_there(file)) {
            throw in_the_way(key, file);
        }
    }
}

std::unique_ptr<Claim> ManifestDirStore::claim(const ObjectKey& key, std::stop_token stop) {
    check(stop);
    layout_.expect_own_state_dir();
    return claim_in_folder(layout_, key, clock_, stop);
}

std::optional<std::string> ManifestDirStore::claimed_by(const ObjectKey& key,
                                                        std::stop_token stop) {
    check(stop);
    return claimed_in_folder(layout_, key);
}

std::string ManifestDirStore::file_of(const ObjectKey& key) const {
    const FolderSnapshot snapshot(layout_, default_namespace_);
    const FolderObject* object = snapshot.find(key);
    return object ? object->file.native() : "";
}

std::string ManifestDirStore::where() const {
    return "folder " + printable(layout_.dir().native());
}

FileLock ManifestDirStore::lock_for_writing(const std::stop_token& stop) const {
    constexpr milliseconds kBetweenTries(5);
    constexpr int kMaxTries = 2000;
    layout_.expect_own_state_dir();
    for (int tries = 0; tries < kMaxTries; ++tries) {
        check(stop);
        if (std::optional<FileLock> lock = FileLock::try_lock(layout_.lock_file())) {
            remove_scratch_files(layout_.state_dir());
            return std::move(*lock);
        }
        clock_.sleep_for(kBetweenTries, stop);
    }
    throw Error(ErrorKind::TimedOut,
                where() + ": another run has been writing into it for too long");
}

json::Value ManifestDirStore::create_one(const FolderSnapshot& snapshot,
                                         const json::Value& value) const {
    const ObjectKey key = key_of(value, default_namespace_);
    const FolderObject* there = snapshot.find(key);
    FolderObject object{.key = key,
                        .base = marked(value, rfc3339_micro(clock_.now())),
                        .file = layout_.created_file(key),
                        .owner = Owner::Store};
    if (!key.ns.empty()) {
        object.base.member("metadata").set("namespace", key.ns);
    }
    if (there) {
        throw refusal(409, "AlreadyExists", key,
                      "already exists in " + printable(there->file.native()));
    }
    if (!write_created(object, Existing::Refused)) {
        throw in_the_way(key, object.file);
    }
    return current(object);
}

bool ManifestDirStore::write_created(const FolderObject& object, Existing existing) const {
    // Nothing stands or falls with an Event, and a run makes a dozen.
    const bool event = object.key.kind == kEvent;
    const std::string content =
        event ? json::write_pretty_json(object.base) : json::write_yaml(object.base);
    return write_file(object.file, content, layout_.state_dir(), existing,
                      event ? Durability::Lazy : Durability::Durable);
}

}  // namespace kcert::kube
