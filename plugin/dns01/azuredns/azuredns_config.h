// SPDX-License-Identifier: Apache-2.0
//
// The azuredns stanza of an issuer, read and checked, and the user's own environment beside it.
// Pure.

#pragma once

#include <array>
#include <string>
#include <string_view>

#include "base/sensitive.h"
#include "dns01/service/api_token.h"
#include "dns01/settings.h"
#include "json/value.h"

namespace kcert::dns01::azuredns {

struct AzureDnsConfig {
    std::string tenant;     ///< a GUID or a domain of the directory
    std::string client_id;  ///< a GUID
    Sensitive client_secret;
    std::string subscription;  ///< a GUID
    std::string resource_group;
    std::string hosted_zone;       ///< fully qualified; empty: to be looked up
    std::string authority;         ///< "https://login.microsoftonline.com", no slash behind
    std::string resource_manager;  ///< "https://management.azure.com", no slash behind
    std::string audience;          ///< of the token
};

/// What Azure's own tools read: the authority of all SDKs, and the resource manager of a custom
/// cloud as Azure Service Operator has it.
inline constexpr std::array<std::string_view, 3> kAzureDnsVariables{
    "AZURE_AUTHORITY_HOST", "AZURE_RESOURCE_MANAGER_ENDPOINT", "AZURE_RESOURCE_MANAGER_AUDIENCE"};

/// `secrets` by the reference's field name. Throws Error{Config}; its message shows no secret.
AzureDnsConfig read_azuredns_config(const json::Value& stanza, const Secrets& secrets,
                                    const ProviderSettings& settings);

/// "00000000-0000-0000-0000-000000000000".
bool is_guid(std::string_view text);

/// Labels of letters, digits, '-', '_' and '*', with one dot between two: may be a part of a path.
bool is_plain_name(std::string_view name);

}  // namespace kcert::dns01::azuredns
