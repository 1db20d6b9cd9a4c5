// SPDX-License-Identifier: Apache-2.0
//
// Whole files: read with a bound, written so that a reader or a crash never meets half of one.
// Knows nothing of objects.

#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace kcert::kube {

inline constexpr std::size_t kMaxFileSize = 16U << 20U;

/// Any: pipes and devices too, which may keep the reader waiting. NoLink: regular and in its own
/// place, not behind a symbolic link.
enum class FileType { Regular, NoLink, Any };

/// The content of a file; nothing where it is not there. Throws Error{Config} where it cannot be
/// read, is not of that type or holds more than kMaxFileSize bytes.
std::optional<std::string> read_file(const std::filesystem::path& file,
                                     FileType type = FileType::Regular);

enum class Existing { Refused, Replaced };

/// Whether the bytes must have reached the disk when the call returns.
enum class Durability { Durable, Lazy };

/// A write that happens as a whole: aside in `scratch` (a folder of the same file system), mode
/// 0600, synced, then put in place. False where `file` is there and may not be replaced.
/// Throws as throw_write_failure() does.
bool write_file(const std::filesystem::path& file, std::string_view content,
                const std::filesystem::path& scratch, Existing existing, Durability durability);

/// Throws as throw_write_failure() does where files in `folder` cannot be made and replaced.
void expect_writable_folder(const std::filesystem::path& folder);

/// Removes what writers that were killed left in `scratch`. No writer may be at work there.
void remove_scratch_files(const std::filesystem::path& scratch);

/// StatusError 403 Forbidden where the system does not allow it (read-only, not ours), else
/// Error{Config}; both name the file and the system's reason.
[[noreturn]] void throw_write_failure(const std::filesystem::path& file, int error_number);

}  // namespace kcert::kube
