// SPDX-License-Identifier: Apache-2.0
//
// What a folder of manifests holds at one moment: each object with the file it stands in and the
// overlay that lies upon it. Read without a lock: every file is replaced as a whole.

#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "json/value.h"
#include "kube/folder_layout.h"
#include "kube/object_key.h"

namespace kcert::kube {

/// Marks an object that the store created, with the time at which it did. A time of its own and no
/// metadata.creationTimestamp, which `kubectl apply` could not change on an object that is there.
inline constexpr std::string_view kCreatedAnnotation = "kubectl-cert/created";

enum class Owner { Person, Store };

struct FolderObject {
    ObjectKey key;
    json::Value base;     ///< as its file says
    json::Value overlay;  ///< merge patch on `base`; null where there is none
    std::filesystem::path file;
    Owner owner = Owner::Person;
};

/// The time in that annotation; empty where there is none.
std::string_view created_at(const json::Value& object);

/// The object as a reader sees it: overlay applied, namespace, uid, resourceVersion (which changes
/// with the content) and, where the store created it, creationTimestamp filled in.
json::Value current(const FolderObject& object);

/// The objects of known kinds, by kind, namespace and name. Throws Error{Config} where a file
/// cannot be read, or an object stands in two.
class FolderSnapshot {
  public:
    FolderSnapshot(const FolderLayout& layout, std::string_view default_namespace);

    /// Null where it is not there. Valid as long as the snapshot.
    const FolderObject* find(const ObjectKey& key) const;
    const std::vector<FolderObject>& objects() const { return objects_; }

  private:
    std::vector<FolderObject> objects_;
};

}  // namespace kcert::kube
