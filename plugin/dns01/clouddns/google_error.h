// SPDX-License-Identifier: Apache-2.0
//
// How Google's servers tell that they refuse: the envelope of the APIs and that of the token
// endpoint (RFC 6749 §5.2), and what a refusal means to the person at the terminal. Pure.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/sensitive.h"
#include "net/http_client.h"

namespace kcert::dns01::clouddns {

struct GoogleError {
    std::vector<std::string> reasons;  ///< "forbidden", "SERVICE_DISABLED", "invalid_grant"
    std::string message;
    std::string consumer;  ///< "projects/1234": whose quota and APIs it is about

    bool has(std::string_view reason) const;
};

/// Empty where `body` is neither envelope. Hostile, as it came.
GoogleError read_google_error(std::string_view body);

/// 403 that means "later".
bool is_rate_limit(const net::Response& response);

/// Who asks for what: the words of advice are about them.
struct Asking {
    std::string who;      ///< an e-mail address, or "your own login"
    std::string project;  ///< a project's id
    bool is_person = false;
};

/// What a refusal of the DNS API means; the service's words are left out where they show
/// `token`.
std::string api_advice(const net::Response& response, const Asking& asking, const Sensitive& token);

/// What a refusal of the token endpoint means; `sent` is shown as little.
std::string login_advice(const net::Response& response, const Asking& asking,
                         const Sensitive& sent);

/// "roles/dns.admin, or a role with dns.managedZones.list, …".
std::string needed_role();

}  // namespace kcert::dns01::clouddns
