// SPDX-License-Identifier: Apache-2.0
//
// What -f names: the objects of all files that can be read, and why the others cannot.

#pragma once

#include <istream>
#include <span>
#include <string>
#include <vector>

#include "kube/manifest_reader.h"

namespace kcert::commands {

struct ManifestInput {
    std::vector<kube::ManifestObject> objects;
    std::vector<std::string> failures;  ///< each with file, line and column where they are known
};

/// `names` are files, folders, or "-" for `in`, which is read once. One object in two places is a
/// failure that names both.
ManifestInput read_input(std::span<const std::string> names, const std::string& default_namespace,
                         std::istream& in);

/// Where -n names a namespace, an object that names another one is a failure, in kubectl's words.
void expect_namespace(ManifestInput& input, const std::string& ns);

}  // namespace kcert::commands
