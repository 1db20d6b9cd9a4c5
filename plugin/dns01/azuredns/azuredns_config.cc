// SPDX-License-Identifier: Apache-2.0

#include "dns01/azuredns/azuredns_config.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "dns01/service/held_zones.h"

namespace kcert::dns01::azuredns {
namespace {

constexpr std::string_view kSecretField = "clientSecretSecretRef";

struct Cloud {
    std::string_view environment;
    std::string_view authority;
    std::string_view resource_manager;
};

constexpr std::array<Cloud, 3> kClouds{{
    {"AzurePublicCloud", "https://login.microsoftonline.com", "https://management.azure.com"},
    {"AzureChinaCloud", "https://login.partner.microsoftonline.cn",
     "https://management.chinacloudapi.cn"},
    {"AzureUSGovernmentCloud", "https://login.microsoftonline.us",
     "https://management.usgovcloudapi.net"},
}};

[[noreturn]] void refuse(const std::string& what) {
    throw Error(ErrorKind::Config, "azuredns: " + what);
}

std::string shown(std::string_view text) {
    constexpr std::size_t kMostShown = 100;
    return printable(shortened(text, kMostShown));
}

const Cloud& cloud_of(const json::Value& stanza) {
    const std::string_view environment = trim(stanza.text({"environment"}));
    if (environment.empty()) {
        return kClouds.front();
    }
    if (environment == "AzureGermanCloud") {
        refuse(
            "environment AzureGermanCloud: Microsoft closed this cloud on 2021-10-29; the "
            "German regions of today belong to AzurePublicCloud");
    }
    const auto* const cloud = std::ranges::find(kClouds, environment, &Cloud::environment);
    if (cloud == kClouds.end()) {
        refuse(
            fmt::format("environment \"{}\" is none of AzurePublicCloud, AzureChinaCloud and "
                        "AzureUSGovernmentCloud",
                        shown(environment)));
    }
    return *cloud;
}

std::string_view demand(const json::Value& stanza, std::string_view field) {
    const std::string_view text = trim(stanza.text({field}));
    if (text.empty()) {
        refuse(fmt::format("{} is missing", field));
    }
    return text;
}

/// `find` is how the person finds the right one.
std::string read_guid(const json::Value& stanza, std::string_view field, std::string_view find) {
    const std::string_view text = demand(stanza, field);
    if (!is_guid(text)) {
        refuse(fmt::format("{} \"{}\" is no GUID such as 12345678-90ab-cdef-1234-567890abcdef; {}",
                           field, shown(text), find));
    }
    return to_lower(text);
}

std::string read_tenant(const json::Value& stanza) {
    const std::string_view text = demand(stanza, "tenantID");
    const bool is_domain = is_plain_name(text) && text.find('.') != std::string_view::npos &&
                           text.find('*') == std::string_view::npos;
    if (!is_guid(text) && !is_domain) {
        refuse(
            fmt::format("tenantID \"{}\" is neither a GUID nor a domain of the directory; \"az "
                        "account show --query tenantId\" shows it",
                        shown(text)));
    }
    return to_lower(text);
}

std::string read_resource_group(const json::Value& stanza) {
    constexpr std::size_t kMostBytes = 360;  // 90 characters
    const std::string_view text = demand(stanza, "resourceGroupName");
    if (text.find('/') != std::string_view::npos) {
        refuse(
            "resourceGroupName is a path; wanted is the name alone, which stands behind "
            "/resourceGroups/");
    }
    const bool plain = std::ranges::all_of(text, [](char c) {
        const bool ascii = static_cast<unsigned char>(c) < 0x80;
        return !ascii || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               (c >= '0' && c <= '9') ||
               std::string_view("_-.()").find(c) != std::string_view::npos;
    });
    if (!plain || !is_utf8(text) || text.size() > kMostBytes || text.ends_with('.')) {
        refuse(fmt::format("resourceGroupName \"{}\" is no name that a resource group can have",
                           shown(text)));
    }
    return std::string(text);
}

std::string read_hosted_zone(const json::Value& stanza) {
    const std::string_view text = trim(stanza.text({"hostedZoneName"}));
    if (text.empty()) {
        return {};
    }
    std::string zone = zone_name(text);
    if (!is_plain_name(std::string_view(zone).substr(0, zone.size() - 1))) {
        refuse(fmt::format("hostedZoneName \"{}\" is no name of a zone such as example.com",
                           shown(text)));
    }
    return zone;
}

Sensitive read_secret(const Secrets& secrets) {
    Sensitive secret = read_api_token("azuredns", kSecretField, secrets);
    if (secret.reveal().starts_with('{')) {
        refuse(
            fmt::format("what {} points to is JSON; wanted is the value of the client secret "
                        "alone (\"password\" or \"clientSecret\" in it)",
                        kSecretField));
    }
    return secret;
}

/// As read_endpoint(), which Azure's tools take without a scheme too.
std::string endpoint(std::string_view variable, std::string_view standard,
                     const ProviderSettings& settings) {
    const std::string_view text = trim(settings.variable(variable));
    if (text.empty() || text.find("://") != std::string_view::npos) {
        return read_endpoint("azuredns", variable, standard, settings);
    }
    const ProviderSettings with_scheme{
        .variables = {{std::string(variable), Sensitive(fmt::format("https://{}", text))}}};
    return read_endpoint("azuredns", variable, standard, with_scheme);
}

}  // namespace

AzureDnsConfig read_azuredns_config(const json::Value& stanza, const Secrets& secrets,
                                    const ProviderSettings& settings) {
    const Cloud& cloud = cloud_of(stanza);
    const std::string manager = endpoint(kAzureDnsVariables[1], cloud.resource_manager, settings);
    return {.tenant = read_tenant(stanza),
            .client_id = read_guid(stanza, "clientID",
                                   "it is the \"Application (client) ID\" of the app registration"),
            .client_secret = read_secret(secrets),
            .subscription =
                read_guid(stanza, "subscriptionID", "\"az account list --output table\" shows it"),
            .resource_group = read_resource_group(stanza),
            .hosted_zone = read_hosted_zone(stanza),
            .authority = endpoint(kAzureDnsVariables[0], cloud.authority, settings),
            .resource_manager = manager,
            .audience = endpoint(kAzureDnsVariables[2], manager, settings)};
}

bool is_guid(std::string_view text) {
    constexpr std::string_view kShape = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
    constexpr std::string_view kDigits = "0123456789abcdefABCDEF";
    return std::ranges::equal(text, kShape, [&](char c, char wanted) {
        return wanted == '-' ? c == '-' : kDigits.find(c) != std::string_view::npos;
    });
}

bool is_plain_name(std::string_view name) {
    constexpr std::size_t kLongest = 253;
    const bool plain = std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_' || c == '*' || c == '.';
    });
    return plain && !name.empty() && name.size() <= kLongest && !name.starts_with('.') &&
           !name.ends_with('.') && name.find("..") == std::string_view::npos;
}

}  // namespace kcert::dns01::azuredns
