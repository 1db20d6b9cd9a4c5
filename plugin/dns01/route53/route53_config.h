// SPDX-License-Identifier: Apache-2.0
//
// The route53 stanza of an issuer, read and checked.

#pragma once

#include <array>
#include <map>
#include <string>
#include <string_view>

#include "base/sensitive.h"
#include "dns01/route53/aws_endpoints.h"
#include "dns01/route53/aws_login.h"
#include "dns01/settings.h"
#include "json/value.h"

namespace kcert::dns01::route53 {

struct Route53Config {
    AwsEndpoints endpoints;
    AwsLogin login;
    std::string role = {};            ///< ARN of the role to assume; empty: none
    std::string hosted_zone_id = {};  ///< "Z0123"; empty: it is looked up
};

/// The variables of the environment that read_route53_config() reads.
inline constexpr std::array<std::string_view, 12> kRoute53Variables{
    kAwsEndpointUrl, kAwsRoute53Url, kAwsStsUrl,      kAwsKeyId, kAwsSecret,  kAwsToken,
    kAwsRole,        kAwsTokenFile,  kAwsSessionName, kAwsFile,  kAwsProfile, kHome};

/// `secrets` by the reference's field name. Throws Error{Config}; its message shows no secret.
Route53Config read_route53_config(const json::Value& stanza,
                                  const std::map<std::string, Sensitive>& secrets,
                                  const ProviderSettings& settings);

}  // namespace kcert::dns01::route53
