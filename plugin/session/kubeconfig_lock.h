// SPDX-License-Identifier: Apache-2.0
//
// client-go's lock on a kubeconfig: a file beside it that is there while somebody writes. It does
// not go with its process: one that was killed leaves it behind.

#pragma once

#include <optional>
#include <string>
#include <utility>

namespace kcert::session {

class KubeconfigLock {
  public:
    /// Nothing where somebody holds it. Throws Error{Config} where it cannot be made.
    static std::optional<KubeconfigLock> try_lock(const std::string& kubeconfig);

    KubeconfigLock(KubeconfigLock&& other) noexcept : file_(std::exchange(other.file_, {})) {}
    KubeconfigLock& operator=(KubeconfigLock&&) = delete;
    ~KubeconfigLock();

  private:
    explicit KubeconfigLock(std::string file) : file_(std::move(file)) {}

    std::string file_;  ///< empty: moved from
};

}  // namespace kcert::session
