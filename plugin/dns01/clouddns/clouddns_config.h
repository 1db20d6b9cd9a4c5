// SPDX-License-Identifier: Apache-2.0
//
// The clouddns stanza of an issuer, read and checked, and the user's own environment beside it.

#pragma once

#include <array>
#include <map>
#include <string>
#include <string_view>

#include "base/sensitive.h"
#include "dns01/clouddns/google_credential.h"
#include "dns01/settings.h"
#include "json/value.h"

namespace kcert::dns01::clouddns {

struct ClouddnsConfig {
    std::string project;
    GoogleCredential credential;
    std::string api;  ///< "https://dns.googleapis.com/dns/v1", no slash behind
};

/// What gcloud and Google's libraries read: endpoints of one's own, and where ambient credentials
/// lie.
inline constexpr std::array<std::string_view, 5> kClouddnsVariables{
    "CLOUDSDK_API_ENDPOINT_OVERRIDES_DNS", "CLOUDSDK_AUTH_TOKEN_HOST",
    "GOOGLE_APPLICATION_CREDENTIALS", "CLOUDSDK_CONFIG", "HOME"};

/// `secrets` by the reference's field name. Throws Error{Config}; its message shows no secret.
ClouddnsConfig read_clouddns_config(const json::Value& stanza,
                                    const std::map<std::string, Sensitive>& secrets,
                                    const ProviderSettings& settings);

}  // namespace kcert::dns01::clouddns
