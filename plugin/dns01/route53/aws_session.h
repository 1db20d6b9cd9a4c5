// SPDX-License-Identifier: Apache-2.0
//
// The credentials that requests are signed with: a key as it is, or what STS gives for it, for a
// web identity, for a role; fetched when they are needed and renewed before they expire. Any thread
// may call.

#pragma once

#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "dns01/route53/aws_endpoints.h"
#include "dns01/route53/aws_fault.h"
#include "dns01/route53/aws_login.h"
#include "dns01/route53/sigv4.h"
#include "dns01/service/service_client.h"
#include "net/http_client.h"

namespace kcert::dns01::route53 {

class AwsSession {
  public:
    /// `role`: ARN of one to assume; empty: none. `http` and `clock` must outlive it.
    AwsSession(AwsLogin login, std::string role, AwsEndpoint sts, net::HttpClient& http,
               const Clock& clock);

    /// Sees to credentials that are good for some minutes. Throws Error where STS refuses them.
    void log_in(const std::stop_token& stop);

    /// REQUIRES: log_in().
    void sign(net::Request& request, const AwsScope& scope) const;

    /// What the answer says, without any secret that a request carried.
    AwsFault fault(const net::Response& response) const;

  private:
    AwsCredentials first_credentials(const std::stop_token& stop) const;
    AwsCredentials assume_role(const AwsCredentials& by, const std::stop_token& stop) const;
    AwsCredentials web_identity_credentials(const WebIdentity& identity,
                                            const std::stop_token& stop) const;
    AwsCredentials ask_sts(ServiceCall call, const std::string& action, const std::string& form,
                           const AwsCredentials* by, const std::stop_token& stop) const;

    AwsLogin login_;
    std::string role_;
    AwsEndpoint sts_;
    net::HttpClient& http_;
    const Clock& clock_;
    std::mutex fetching_;  ///< held while STS is asked
    mutable std::mutex mutex_;
    std::optional<AwsCredentials> current_;
};

}  // namespace kcert::dns01::route53
