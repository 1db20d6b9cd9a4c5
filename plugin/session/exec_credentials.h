// SPDX-License-Identifier: Apache-2.0
//
// Credentials from a program that the user's kubeconfig names (client-go's exec plugins). Kept in
// memory until they expire or are refused. Any thread may call; the program runs once at a time.

#pragma once

#include <mutex>
#include <optional>
#include <stop_token>

#include "kube/cluster.h"
#include "session/credentials_world.h"
#include "session/exec_reply.h"
#include "session/kubeconfig.h"
#include "session/turns.h"

namespace kcert::session {

class ExecCredentials final : public kube::Credentials {
  public:
    /// Throws Error{Config} for a version of the protocol that is not spoken, and where the CA's
    /// file cannot be read that the plugin is to be told.
    ExecCredentials(ExecConfig config, const Cluster& cluster, CredentialsWorld world);

    /// Runs the program where nothing holds any more. Throws Error: Config "getting credentials: …"
    /// in client-go's words, Cancelled.
    void add_to(net::Request& request, std::stop_token stop) override;

    /// Drops what `request` carried, unless there is something newer.
    void refused(const net::Request& request) override;

  private:
    std::optional<ExecReply> current();
    ExecReply run(const std::stop_token& stop) const;

    const ExecConfig config_;
    const Cluster cluster_;
    const CredentialsWorld world_;
    Turns turns_;
    std::mutex mutex_;  ///< of reply_
    std::optional<ExecReply> reply_;
};

}  // namespace kcert::session
