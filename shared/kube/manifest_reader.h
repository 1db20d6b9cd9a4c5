// SPDX-License-Identifier: Apache-2.0
//
// Objects out of manifest files: what `-f FILE|DIR|-` names and what a folder store holds.

#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "json/value.h"

namespace kcert::kube {

struct ManifestObject {
    json::Value object;  ///< stringData folded into data; List kinds flattened
    std::string file;    ///< as it was named; "-" for standard input
};

/// The objects of one text. JSON where `file` ends in .json. Throws Error{Config} that names file,
/// line and column.
std::vector<ManifestObject> read_manifest_text(std::string_view text, const std::string& file);

/// The files behind a path: itself, or every .yaml, .yml and .json below a folder, in order of
/// their paths. Folders whose name begins with a dot are passed over; links are not followed out of
/// the folder. Throws Error{Config} where there is nothing of that name.
std::vector<std::filesystem::path> manifest_files(const std::filesystem::path& path);

/// The objects of all manifest_files(). Throws Error{Config}.
std::vector<ManifestObject> read_manifests(const std::filesystem::path& path);

}  // namespace kcert::kube
