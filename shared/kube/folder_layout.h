// SPDX-License-Identifier: Apache-2.0
//
// Where a folder store keeps what. Beside the manifests stand the objects that it created; all else
// lies in DIR/.kubectl-cert under endings that `kubectl apply -R` passes over:
//   KIND.NS.NAME.overlay   a merge patch for an object in a person's file; for an Event, which
//                          nobody keeps in a manifest, the whole object
//   KIND.NS.NAME.claim     who works on an object
//   lock                   held while something is written
// Names from objects become part of a path only here, and only when they are Kubernetes names.

#pragma once

#include <filesystem>
#include <string>

#include "kube/object_key.h"

namespace kcert::kube {

class FolderLayout {
  public:
    explicit FolderLayout(std::filesystem::path dir) : dir_(std::move(dir)) {}

    const std::filesystem::path& dir() const { return dir_; }
    std::filesystem::path state_dir() const { return dir_ / ".kubectl-cert"; }
    /// Throws Error{Config} where a symbolic link stands in place of the state folder: it is not
    /// followed, for what it leads to is not this folder's.
    void expect_own_state_dir() const;
    std::filesystem::path lock_file() const { return state_dir() / "lock"; }

    /// Of an object that the store creates. These three throw Error{Config} where the key's names
    /// may not become a file's name.
    std::filesystem::path created_file(const ObjectKey& key) const;
    std::filesystem::path overlay_file(const ObjectKey& key) const;
    std::filesystem::path claim_file(const ObjectKey& key) const;

  private:
    std::filesystem::path dir_;
};

/// Whether namespace and name are such that a file may be named after them: DNS-1123 names.
bool names_a_file(const ObjectKey& key);

}  // namespace kcert::kube
