// SPDX-License-Identifier: Apache-2.0
//
// Where Route 53 and STS of a region's partition (the world, China, the governments') are spoken
// to, and for which region a request to them is signed. Pure.

#pragma once

#include <string>
#include <string_view>

#include "dns01/settings.h"

namespace kcert::dns01::route53 {

struct AwsEndpoint {
    std::string url;     ///< without a slash at its end
    std::string region;  ///< that signatures name
};

struct AwsEndpoints {
    std::string partition;  ///< as ARNs name it: "aws-cn"
    AwsEndpoint route53;
    AwsEndpoint sts;
};

/// The variables that with_overrides() reads, as AWS's own tools do.
inline constexpr const char* kAwsEndpointUrl = "AWS_ENDPOINT_URL";
inline constexpr const char* kAwsRoute53Url = "AWS_ENDPOINT_URL_ROUTE_53";
inline constexpr const char* kAwsStsUrl = "AWS_ENDPOINT_URL_STS";

/// Of a text that has no region's form ("aws-global"): those of the world, STS's without a region.
/// Throws Error{Config} where `region` could not stand in a host's name.
AwsEndpoints aws_endpoints(std::string_view region);

/// The user's own endpoints in the place of AWS's. Throws Error{Config} where one is neither https
/// nor on loopback.
AwsEndpoints with_overrides(AwsEndpoints endpoints, const ProviderSettings& settings);

}  // namespace kcert::dns01::route53
