// SPDX-License-Identifier: Apache-2.0

#include "dns01/route53/aws_endpoints.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "dns01/service/api_token.h"

namespace kcert::dns01::route53 {
namespace {

constexpr std::size_t kLongestRegion = 63;  // what a label of a host's name holds

struct Partition {
    std::string_view name;
    std::string_view prefix;  ///< of its regions
    std::string_view suffix;  ///< of its hosts
    std::string_view route53;
    std::string_view signed_for;  ///< by requests to its Route 53
};

constexpr std::array<Partition, 8> kPartitions{{
    {"aws-cn", "cn-", "amazonaws.com.cn", "route53.amazonaws.com.cn", "cn-northwest-1"},
    {"aws-us-gov", "us-gov-", "amazonaws.com", "route53.us-gov.amazonaws.com", "us-gov-west-1"},
    {"aws-iso", "us-iso-", "c2s.ic.gov", "route53.c2s.ic.gov", "us-iso-east-1"},
    {"aws-iso-b", "us-isob-", "sc2s.sgov.gov", "route53.sc2s.sgov.gov", "us-isob-east-1"},
    {"aws-iso-e", "eu-isoe-", "cloud.adc-e.uk", "route53.cloud.adc-e.uk", "eu-isoe-west-1"},
    {"aws-iso-f", "us-isof-", "csp.hci.ic.gov", "route53.csp.hci.ic.gov", "us-isof-south-1"},
    {"aws-eusc", "eusc-", "amazonaws.eu", "route53.amazonaws.eu", "eusc-de-east-1"},
    {"aws", "", "amazonaws.com", "route53.amazonaws.com", "us-east-1"},
}};

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// Whether it may be a label of a host's name.
bool is_label(std::string_view text) {
    return !text.empty() && text.size() <= kLongestRegion && text.front() != '-' &&
           text.back() != '-' && std::ranges::all_of(text, [](char c) {
               return (c >= 'a' && c <= 'z') || is_digit(c) || c == '-';
           });
}

/// "eu-west-1": a number behind two words at least.
bool has_form_of_region(std::string_view text) {
    const std::string_view number = text.substr(text.rfind('-') + 1);
    return std::ranges::count(text, '-') >= 2 && !number.empty() &&
           std::ranges::all_of(number, is_digit);
}

}  // namespace

AwsEndpoints aws_endpoints(std::string_view region) {
    const std::string name = to_lower(trim(region));
    if (!is_label(name)) {
        throw Error(ErrorKind::Config,
                    fmt::format("route53: region \"{}\" is no AWS region, as us-east-1 is one",
                                printable(shortened(region, kLongestRegion))));
    }
    const Partition& partition = *std::ranges::find_if(
        kPartitions, [&](const Partition& each) { return name.starts_with(each.prefix); });
    AwsEndpoints endpoints{.partition = std::string(partition.name),
                           .route53 = {fmt::format("https://{}", partition.route53),
                                       std::string(partition.signed_for)},
                           .sts = {fmt::format("https://sts.{}.{}", name, partition.suffix), name}};
    if (!has_form_of_region(name)) {
        endpoints.sts = {fmt::format("https://sts.{}", partition.suffix), "us-east-1"};
    }
    return endpoints;
}

AwsEndpoints with_overrides(AwsEndpoints endpoints, const ProviderSettings& settings) {
    const auto replace = [&](AwsEndpoint& endpoint, const char* name) {
        const std::string for_all =
            read_endpoint("route53", kAwsEndpointUrl, endpoint.url, settings);
        endpoint.url = read_endpoint("route53", name, for_all, settings);
    };
    replace(endpoints.route53, kAwsRoute53Url);
    replace(endpoints.sts, kAwsStsUrl);
    return endpoints;
}

}  // namespace kcert::dns01::route53
