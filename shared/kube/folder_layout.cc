// SPDX-License-Identifier: Apache-2.0

#include "kube/folder_layout.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/text.h"

namespace kcert::kube {
namespace {

constexpr std::size_t kMaxFileName = 255;  // NAME_MAX of the usual file systems

bool is_alphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/// RFC 1123 as Kubernetes reads it: small letters, digits and dashes, none at the ends.
bool is_host_label(std::string_view text) {
    return !text.empty() && is_alphanumeric(text.front()) && is_alphanumeric(text.back()) &&
           std::all_of(text.begin(), text.end(),
                       [](char c) { return is_alphanumeric(c) || c == '-'; });
}

bool is_namespace(std::string_view text) {
    return text.size() <= 63 && is_host_label(text);
}

bool is_subdomain(std::string_view text) {
    const auto parts = split(text, '.');
    return text.size() <= 253 &&
           std::all_of(parts.begin(), parts.end(),
                       [](const std::string& part) { return is_host_label(part); });
}

/// "secret.shop.web-tls.yaml"; unambiguous, since a namespace holds no dot.
std::string file_name(const ObjectKey& key, std::string_view ending) {
    if (!names_a_file(key)) {
        throw Error(ErrorKind::Config,
                    fmt::format("{}: no file can be named after it: names consist of small "
                                "letters, digits, '-' and '.'",
                                describe(key)));
    }
    const std::string kind = to_lower(key.kind.kind);
    std::string name = key.ns.empty() ? fmt::format("{}.{}{}", kind, key.name, ending)
                                      : fmt::format("{}.{}.{}{}", kind, key.ns, key.name, ending);
    if (name.size() > kMaxFileName) {
        throw Error(ErrorKind::Config, describe(key) + ": the name is too long for a file");
    }
    return name;
}

}  // namespace

bool names_a_file(const ObjectKey& key) {
    const bool ns_fits = key.kind.scope == Scope::Cluster ? key.ns.empty() : is_namespace(key.ns);
    return ns_fits && is_subdomain(key.name);
}

void FolderLayout::expect_own_state_dir() const {
    std::error_code missing;
    if (std::filesystem::is_symlink(std::filesystem::symlink_status(state_dir(), missing))) {
        throw Error(ErrorKind::Config,
                    printable(state_dir().native()) +
                        ": is a symbolic link, which is not followed: remove it, or put a folder "
                        "in its place");
    }
}

std::filesystem::path FolderLayout::created_file(const ObjectKey& key) const {
    return key.kind == kEvent ? overlay_file(key) : dir_ / file_name(key, ".yaml");
}

std::filesystem::path FolderLayout::overlay_file(const ObjectKey& key) const {
    return state_dir() / file_name(key, ".overlay");
}

std::filesystem::path FolderLayout::claim_file(const ObjectKey& key) const {
    return state_dir() / file_name(key, ".claim");
}

}  // namespace kcert::kube
