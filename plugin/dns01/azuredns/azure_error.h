// SPDX-License-Identifier: Apache-2.0
//
// How Azure tells that it refuses: the envelope of the resource manager and that of the token
// endpoint (RFC 6749 §5.2), and what a refusal means to the person at the terminal. Pure.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "dns01/azuredns/azuredns_config.h"
#include "net/http_client.h"

namespace kcert::dns01::azuredns {

/// Hostile, as it came; empty where the body is no such envelope.
struct AzureError {
    std::string code;  ///< "AuthorizationFailed", "invalid_client"
    std::string message;
    std::int64_t aadsts = 0;  ///< the number in "AADSTS7000215"; 0: none
};

AzureError read_azure_error(std::string_view body);

/// A refusal that means "later": another operation is at work there.
bool is_azure_busy(const net::Response& response);

/// What a refusal of the token endpoint means.
std::string login_advice(const net::Response& response, const AzureDnsConfig& config);

/// What a refusal of the resource manager means; its words are left out where they show `token`.
std::string manager_advice(const net::Response& response, const AzureDnsConfig& config,
                           const Sensitive& token);

/// Whether a role that is granted would mend it.
bool lacks_role(const net::Response& response);

/// "grant it the role DNS Zone Contributor: az role assignment create …"; `scope` is the id of the
/// resource.
std::string role_advice(const AzureDnsConfig& config, std::string_view scope);

}  // namespace kcert::dns01::azuredns
