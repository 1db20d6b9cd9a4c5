// SPDX-License-Identifier: Apache-2.0

#include "kube/manifest_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/base64.h"
#include "base/error.h"
#include "base/text.h"
#include "json/json.h"
#include "json/yaml.h"
#include "kube/file_io.h"

namespace kcert::kube {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxFiles = 10'000;
constexpr std::size_t kMaxListDepth = 10;

bool is_manifest(const fs::path& file) {
    const fs::path ending = file.extension();
    return ending == ".yaml" || ending == ".yml" || ending == ".json";
}

/// What the API server does on writing: stringData wins over data and is gone.
void fold_string_data(json::Value& object) {
    const bool secret = object.text({"kind"}) == "Secret" && object.text({"apiVersion"}) == "v1";
    json::Value* texts =
        secret && object.has("stringData") ? &object.member("stringData") : nullptr;
    const bool data_fits = object["data"].is_null() || object["data"].is_object();
    if (!texts || !texts->is_object() || !data_fits) {
        return;
    }
    const json::Value::Object members = texts->as_object();
    for (const auto& [name, text] : members) {
        if (text.is_string()) {
            json::Value encoded(base64_encode(text.as_string()));
            encoded.set_line(text.line());
            object.member("data").set(name, std::move(encoded));
            object.member("stringData").erase(name);
        }
    }
    // Members of a wrong type stay, so that whoever reads the Secret can name them.
    if (object["stringData"].as_object().empty()) {
        object.erase("stringData");
    }
}

bool is_list(const json::Value& object) {
    return object.text({"kind"}).ends_with("List") && object["items"].is_array();
}

/// Adds an object, or the items of a list, which may be lists; a typed list's items need not tell
/// their kind.
void add_objects(json::Value object, const std::string& file, std::size_t depth,
                 std::vector<ManifestObject>& objects) {
    if (!object.is_object()) {
        throw Error(ErrorKind::Config, fmt::format("line {}: not an object", object.line()));
    }
    if (!is_list(object)) {
        fold_string_data(object);
        objects.push_back({.object = std::move(object), .file = file});
        return;
    }
    if (depth >= kMaxListDepth) {
        throw Error(ErrorKind::Config, fmt::format("line {}: lists nested more than {} levels deep",
                                                   object.line(), kMaxListDepth));
    }
    std::string item_kind(object.text({"kind"}));
    item_kind.resize(item_kind.size() - std::string_view("List").size());
    for (json::Value& item : object.member("items").as_array()) {
        const bool bare = item.is_object() && !item.has("kind") && !item.has("apiVersion");
        if (bare && !item_kind.empty()) {
            item.set("kind", item_kind);
            item.set("apiVersion", object.text({"apiVersion"}));
        }
        add_objects(std::move(item), file, depth + 1, objects);
    }
}

/// Whether the file that a link leads to lies below `root`.
bool stays_within(const fs::path& root, const fs::path& file) {
    std::error_code broken;
    const fs::path target = fs::canonical(file, broken);
    if (broken) {
        return false;
    }
    const fs::path relative = target.lexically_relative(root);
    return !relative.empty() && *relative.begin() != "..";
}

/// Manifest files below a folder, sorted. Renames while it is read may show a file twice.
std::vector<fs::path> files_below(const fs::path& folder) {
    std::vector<fs::path> files;
    const fs::path root = fs::canonical(folder);
    for (auto entry = fs::recursive_directory_iterator(folder);
         entry != fs::recursive_directory_iterator(); ++entry) {
        const std::string name = entry->path().filename();
        if (entry->is_directory() && name.starts_with('.')) {
            entry.disable_recursion_pending();
        }
        std::error_code gone;
        if (is_manifest(name) && entry->is_regular_file(gone)) {
            if (entry->is_symlink() && !stays_within(root, entry->path())) {
                throw Error(
                    ErrorKind::Config,
                    fmt::format("{}: a link to a file outside of {}, which is not "
                                "followed: copy the file here",
                                printable(entry->path().native()), printable(folder.native())));
            }
            files.push_back(entry->path());
        }
        if (files.size() > kMaxFiles) {
            throw Error(ErrorKind::Config, fmt::format("more than {} manifests", kMaxFiles));
        }
    }
    std::sort(files.begin(), files.end());
    files.erase(std::unique(files.begin(), files.end()), files.end());
    return files;
}

}  // namespace

std::vector<ManifestObject> read_manifest_text(std::string_view text, const std::string& file) {
    return while_doing(printable(file), [&] {
        std::vector<json::Value> documents;
        if (file.ends_with(".json")) {
            documents.push_back(json::parse_json(text));
        } else {
            documents = json::parse_yaml(text);
        }
        std::vector<ManifestObject> objects;
        for (json::Value& document : documents) {
            add_objects(std::move(document), file, 0, objects);
        }
        return objects;
    });
}

std::vector<fs::path> manifest_files(const fs::path& path) {
    try {
        if (fs::is_directory(path)) {
            return files_below(path);
        }
        if (!fs::exists(path)) {
            throw Error(ErrorKind::Config, printable(path.native()) + ": no such file or folder");
        }
        return {path};
    } catch (const fs::filesystem_error& failure) {
        throw Error(ErrorKind::Config, fmt::format("{}: {}", printable(failure.path1().native()),
                                                   failure.code().message()));
    }
}

std::vector<ManifestObject> read_manifests(const fs::path& path) {
    std::vector<ManifestObject> objects;
    for (const fs::path& file : manifest_files(path)) {
        // Whoever names a pipe wants it read; one that lies in a folder was not listed.
        const FileType type = file == path ? FileType::Any : FileType::Regular;
        // Removed since the folder was listed: then it is not there.
        if (const auto text = read_file(file, type)) {
            std::ranges::move(read_manifest_text(*text, file.native()),
                              std::back_inserter(objects));
        }
    }
    return objects;
}

}  // namespace kcert::kube
