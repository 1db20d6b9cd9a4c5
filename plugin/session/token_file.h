// SPDX-License-Identifier: Apache-2.0
//
// A bearer token: one that stands in the kubeconfig, or in a file that somebody keeps fresh. Any
// thread may call.

#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/sensitive.h"
#include "kube/cluster.h"

namespace kcert::session {

/// The token that `file` holds, trimmed. Throws Error{Config}: "open FILE: no such file or
/// directory".
Sensitive read_token(const std::string& file);

class BearerToken final : public kube::Credentials {
  public:
    using Warn = std::function<void(const std::string&)>;

    /// `file` may be empty, `token` too, but not both. Once read, the file's token is used. `clock`
    /// must outlive this.
    BearerToken(Sensitive token, std::string file, const Clock& clock, Warn warn)
        : token_(std::move(token)), file_(std::move(file)), clock_(clock), warn_(std::move(warn)) {}

    /// Reads the file again where its token is 50 s old, and keeps the last good one where that
    /// fails; that is told once.
    void add_to(net::Request& request, std::stop_token stop) override;

    /// The file is read again for the next request.
    void refused(const net::Request& request) override;

  private:
    Sensitive current();
    void read_again();

    std::mutex mutex_;
    const Sensitive token_;
    const std::string file_;
    const Clock& clock_;
    const Warn warn_;
    std::optional<Sensitive> from_file_;
    std::optional<Time> read_at_;  ///< nothing: read before it is used again
    bool warned_ = false;
};

}  // namespace kcert::session
