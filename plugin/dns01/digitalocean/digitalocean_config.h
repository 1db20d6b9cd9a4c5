// SPDX-License-Identifier: Apache-2.0
//
// The digitalocean stanza of an issuer, read and checked.

#pragma once

#include <string>
#include <string_view>

#include "base/sensitive.h"
#include "dns01/service/api_token.h"
#include "dns01/settings.h"

namespace kcert::dns01::digitalocean {

struct DigitalOceanConfig {
    std::string base;  ///< "https://api.digitalocean.com", where "/v2" follows
    Sensitive token;
};

/// The variable that overrides `base`, as DigitalOcean's own tools name it.
inline constexpr std::string_view kDigitalOceanApiUrl = "DIGITALOCEAN_API_URL";

/// `secrets` by the reference's field name. Throws Error{Config}; its message shows no secret.
DigitalOceanConfig read_digitalocean_config(const Secrets& secrets,
                                            const ProviderSettings& settings);

}  // namespace kcert::dns01::digitalocean
