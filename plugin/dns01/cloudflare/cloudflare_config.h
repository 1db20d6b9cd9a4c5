// SPDX-License-Identifier: Apache-2.0
//
// The cloudflare stanza of an issuer, read and checked.

#pragma once

#include <string>

#include "base/sensitive.h"
#include "dns01/service/api_token.h"
#include "dns01/settings.h"
#include "json/value.h"

namespace kcert::dns01::cloudflare {

enum class CloudflareLogin {
    Token,      ///< scoped, sent as Bearer
    GlobalKey,  ///< the one of a user, sent with the e-mail address
};

struct CloudflareConfig {
    std::string base;  ///< "https://api.cloudflare.com/client/v4"
    CloudflareLogin login = CloudflareLogin::Token;
    std::string email;  ///< of a GlobalKey
    Sensitive secret;
};

/// The variable that overrides `base`, as Cloudflare's own libraries name it.
inline constexpr std::string_view kCloudflareBaseUrl = "CLOUDFLARE_BASE_URL";

/// `secrets` by the reference's field name. Throws Error{Config}; its message shows no secret.
CloudflareConfig read_cloudflare_config(const json::Value& stanza, const Secrets& secrets,
                                        const ProviderSettings& settings);

}  // namespace kcert::dns01::cloudflare
