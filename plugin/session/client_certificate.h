// SPDX-License-Identifier: Apache-2.0
//
// TLS client authentication: certificate and key, each from the kubeconfig or from a file that is
// read again when it changes. Any thread may call.

#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

#include "base/sensitive.h"
#include "kube/cluster.h"

namespace kcert::session {

/// A PEM text that stands in a file or is given.
class PemSource {
  public:
    /// `name` for people: "client-cert". Where there is no `data`, `file` is read.
    PemSource(std::string name, std::string user, Sensitive data, std::string file)
        : name_(std::move(name)),
          user_(std::move(user)),
          content_(std::move(data)),
          file_(content_.empty() ? std::move(file) : std::string()) {}

    /// The text as it is now. A file that changed and cannot be read leaves the last good one.
    /// Throws Error{Config} where there never was one.
    const Sensitive& content();

  private:
    /// What changes when a file is written or replaced.
    struct Stamp {
        std::uint64_t device = 0;
        std::uint64_t inode = 0;
        std::int64_t size = 0;
        std::int64_t seconds = 0;
        std::int64_t nanoseconds = 0;
        bool operator==(const Stamp&) const = default;
    };

    std::optional<Stamp> stamp() const;

    std::string name_;
    std::string user_;
    Sensitive content_;
    std::string file_;
    std::optional<Stamp> read_;
};

class ClientCertificate final : public kube::Credentials {
  public:
    ClientCertificate(PemSource certificate, PemSource key)
        : certificate_(std::move(certificate)), key_(std::move(key)) {}

    /// Into the Route, and so into a connection of its own, where it has no certificate yet.
    void add_to(net::Request& request, std::stop_token stop) override;

  private:
    std::mutex mutex_;
    PemSource certificate_;
    PemSource key_;
};

}  // namespace kcert::session
