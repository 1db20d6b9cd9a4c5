// SPDX-License-Identifier: Apache-2.0

#include "kube/folder_snapshot.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>

#include "base/error.h"
#include "base/text.h"
#include "base/timestamp.h"
#include "json/json.h"
#include "json/merge_patch.h"
#include "kube/file_io.h"
#include "kube/manifest_reader.h"

namespace kcert::kube {
namespace {

namespace fs = std::filesystem;

auto order_of(const ObjectKey& key) {
    return std::tie(key.kind.kind, key.ns, key.name);
}

/// Whether nothing is ever written to objects of that kind: what is wrong with one keeps nobody
/// from working with the folder.
bool only_looked_at(const Kind& kind) {
    return kind == kIngress || kind == kGateway;
}

bool in_order(const FolderObject& a, const FolderObject& b) {
    return order_of(a.key) < order_of(b.key);
}

/// FNV-1a, 64 bits: tells contents apart, and stays the same from build to build.
std::uint64_t hash(std::string_view text) {
    std::uint64_t value = 0xcbf29ce484222325;
    for (const char c : text) {
        value = (value ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    }
    return value;
}

/// A UUID of version 8 (RFC 9562: made by a rule of one's own) that stays the object's until it is
/// created anew.
std::string uid_of(const ObjectKey& key, std::string_view created) {
    const std::string text = fmt::format("{}\n{}", describe(key), created);
    const std::uint64_t high = hash(text);
    const std::uint64_t low = hash(text + "\n");
    return fmt::format("{:08x}-{:04x}-8{:03x}-{:04x}-{:012x}", high >> 32U, (high >> 16U) & 0xffffU,
                       high & 0xfffU, 0x8000U | (low >> 50U), low & 0xffffffffffffU);
}

/// Lines of an overlay lead nowhere: people look into their own file.
void forget_lines(json::Value& value) {
    value.set_line(0);
    if (value.is_array()) {
        std::ranges::for_each(value.as_array(), forget_lines);
    } else if (value.is_object()) {
        std::ranges::for_each(value.as_object(), forget_lines, &json::Value::Member::second);
    }
}

json::Value read_overlay(const fs::path& file) {
    const auto text = read_file(file, FileType::NoLink);
    if (!text) {
        return {};
    }
    return while_doing(printable(file.native()), [&] {
        json::Value overlay = json::parse_json(*text);
        forget_lines(overlay);
        const json::Value& metadata = overlay["metadata"];
        if (!overlay.is_object() || (overlay.has("metadata") && !metadata.is_object())) {
            throw Error(ErrorKind::Config, "not a merge patch for an object");
        }
        return overlay;
    });
}

/// Events, which stand in the state folder. One that a power failure emptied is passed over.
void read_events(const FolderLayout& layout, std::vector<FolderObject>& objects) {
    std::error_code missing;
    for (const fs::directory_entry& entry : fs::directory_iterator(layout.state_dir(), missing)) {
        const std::string name = entry.path().filename();
        if (!name.starts_with("event.") || !name.ends_with(".overlay")) {
            continue;
        }
        const auto text = read_file(entry.path(), FileType::NoLink);
        if (!text || text->empty()) {
            continue;
        }
        while_doing(printable(entry.path().native()), [&] {
            json::Value event = json::parse_json(*text);
            if (!kind_of(event)) {
                return;  // a patch, for an Event that does stand in a manifest
            }
            ObjectKey key = key_of(event, "");
            objects.push_back({.key = std::move(key),
                               .base = std::move(event),
                               .file = entry.path(),
                               .owner = Owner::Store});
        });
    }
}

/// An object is the store's where it is marked so and stands alone in the file that the store would
/// choose: a copy that a person made elsewhere is the person's.
Owner owner_of(const FolderLayout& layout, const FolderObject& object, std::size_t in_its_file) {
    const bool ours = in_its_file == 1 && !created_at(object.base).empty() &&
                      names_a_file(object.key) && object.file == layout.created_file(object.key);
    return ours ? Owner::Store : Owner::Person;
}

[[noreturn]] void refuse_twin(const FolderObject& a, const FolderObject& b) {
    const std::string first = printable(a.file.native());
    throw Error(ErrorKind::Config,
                a.file == b.file
                    ? fmt::format("{} stands twice in {}: remove one", describe(a.key), first)
                    : fmt::format("{} stands in {} and in {}: remove one", describe(a.key), first,
                                  printable(b.file.native())));
}

}  // namespace

std::string_view created_at(const json::Value& object) {
    return object.text({"metadata", "annotations", kCreatedAnnotation});
}

json::Value current(const FolderObject& object) {
    json::Value value =
        object.overlay.is_null() ? object.base : json::merge_patch(object.base, object.overlay);
    const std::string created(created_at(object.base));
    const auto created_time = parse_rfc3339(created);
    json::Value& metadata = value.member("metadata");
    if (!object.key.ns.empty()) {
        metadata.set("namespace", object.key.ns);
    }
    metadata.set("uid", uid_of(object.key, created));
    if (object.owner == Owner::Store && created_time) {
        metadata.set("creationTimestamp", rfc3339(*created_time));
    }
    metadata.erase("resourceVersion");
    metadata.set("resourceVersion", fmt::format("{}", hash(json::write_json(value))));
    return value;
}

FolderSnapshot::FolderSnapshot(const FolderLayout& layout, std::string_view default_namespace) {
    layout.expect_own_state_dir();
    std::map<std::string, std::size_t> in_file;
    std::vector<ManifestObject> manifests = read_manifests(layout.dir());
    for (const ManifestObject& manifest : manifests) {
        ++in_file[manifest.file];
    }
    for (ManifestObject& manifest : manifests) {
        // A folder may hold anything: what the store does not deal with is passed over.
        const std::optional<Kind> kind = kind_of(manifest.object);
        const bool nameless = manifest.object.text({"metadata", "name"}).empty();
        if (!kind || (only_looked_at(*kind) && nameless)) {
            continue;
        }
        while_doing(printable(manifest.file), [&] {
            FolderObject object{.key = key_of(manifest.object, default_namespace),
                                .base = std::move(manifest.object),
                                .file = manifest.file};
            object.owner = owner_of(layout, object, in_file[manifest.file]);
            if (object.owner == Owner::Person && names_a_file(object.key)) {
                object.overlay = read_overlay(layout.overlay_file(object.key));
            }
            objects_.push_back(std::move(object));
        });
    }
    read_events(layout, objects_);
    std::stable_sort(objects_.begin(), objects_.end(), in_order);
    const auto twin = std::adjacent_find(objects_.begin(), objects_.end(),
                                         [](const FolderObject& a, const FolderObject& b) {
                                             return a.key == b.key && !only_looked_at(a.key.kind);
                                         });
    if (twin != objects_.end()) {
        refuse_twin(*twin, *std::next(twin));
    }
}

const FolderObject* FolderSnapshot::find(const ObjectKey& key) const {
    const auto found = std::lower_bound(objects_.begin(), objects_.end(), key,
                                        [](const FolderObject& object, const ObjectKey& k) {
                                            return order_of(object.key) < order_of(k);
                                        });
    return found != objects_.end() && found->key == key ? &*found : nullptr;
}

}  // namespace kcert::kube
