// SPDX-License-Identifier: Apache-2.0
//
// The akamai stanza of an issuer, read and checked.

#pragma once

#include <string>
#include <string_view>

#include "dns01/akamai/edgegrid.h"
#include "dns01/service/api_token.h"
#include "dns01/settings.h"
#include "json/value.h"

namespace kcert::dns01::akamai {

struct AkamaiConfig {
    std::string base;  ///< "https://akab-….luna.akamaiapis.net"
    EdgeGridLogin login;
};

/// The variable by which Akamai's own tools know the API client's host: a host, with a port where
/// it has one of its own. Here it stands in place of serviceConsumerDomain where it leads to a host
/// that is not Akamai's; one of Akamai's belongs to another API client, that of the user's own
/// tools, and is passed over.
inline constexpr std::string_view kAkamaiHost = "AKAMAI_HOST";

/// `secrets` by the reference's field name. Throws Error{Config}; its message shows no secret.
AkamaiConfig read_akamai_config(const json::Value& stanza, const Secrets& secrets,
                                const ProviderSettings& settings);

}  // namespace kcert::dns01::akamai
