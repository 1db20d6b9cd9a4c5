// SPDX-License-Identifier: Apache-2.0
//
// What a patch makes of an object in a folder. Pure.

#pragma once

#include <string_view>

#include "json/value.h"
#include "kube/folder_snapshot.h"
#include "kube/object_store.h"

namespace kcert::kube {

/// The half of the patch that `part` names, without what a patch cannot change: which object it is,
/// and what the place gives it.
json::Value effective_patch(json::Value patch, Part part);

/// The object as the store's own file holds it: marked, without what the place gives it. Throws
/// Error{Config} where its annotations are no object.
json::Value marked(json::Value object, std::string_view created);

/// The object's overlay with `patch` behind it.
json::Value extended_overlay(const FolderObject& object, const json::Value& patch);

}  // namespace kcert::kube
