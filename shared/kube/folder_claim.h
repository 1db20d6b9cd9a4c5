// SPDX-License-Identifier: Apache-2.0
//
// The claim of a folder store: a locked file that tells who holds it since when.

#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "kube/folder_layout.h"
#include "kube/object_store.h"

namespace kcert::kube {

/// StatusError 409 Conflict where another run holds it. Makes the state folder where it is not
/// there; the claim takes it away again where nothing was stored in it.
std::unique_ptr<Claim> claim_in_folder(const FolderLayout& layout, const ObjectKey& key,
                                       const Clock& clock, const std::stop_token& stop);

/// Who holds it; nothing where nobody does, or where that may not be read.
std::optional<std::string> claimed_in_folder(const FolderLayout& layout, const ObjectKey& key);

}  // namespace kcert::kube
