// SPDX-License-Identifier: Apache-2.0

#include "dns01/azuredns/azure_error.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "dns01/service/service_client.h"
#include "json/json.h"

namespace kcert::dns01::azuredns {
namespace {

constexpr int kUnauthorized = 401;
constexpr int kForbidden = 403;
constexpr int kConflict = 409;
constexpr int kTooManyRequests = 429;

/// The number behind the first "AADSTS"; 0 where there is none.
std::int64_t aadsts_in(std::string_view text) {
    constexpr std::string_view kPrefix = "AADSTS";
    const std::size_t at = text.find(kPrefix);
    std::int64_t number = 0;
    if (at != std::string_view::npos) {
        const std::string_view digits = text.substr(at + kPrefix.size(), 12);
        std::from_chars(digits.data(), digits.data() + digits.size(), number);
    }
    return number;
}

/// Without the ids of the request, which tell the person nothing.
std::string_view without_trace(std::string_view text) {
    return trim(text.substr(0, std::min(text.find("Trace ID:"), text.find("\r\n"))));
}

AzureError read_login_error(const json::Value& json) {
    AzureError told{.code = std::string(json.text({"error"})),
                    .message = std::string(without_trace(json.text({"error_description"})))};
    const json::Value& codes = json["error_codes"];
    const bool listed =
        codes.is_array() && !codes.as_array().empty() && codes.as_array().front().is_int();
    told.aadsts = listed ? codes.as_array().front().as_int() : aadsts_in(told.message);
    return told;
}

std::string with_words(const std::string& advice, const AzureError& error,
                       const Sensitive& secret) {
    std::string words = error.message.empty() ? error.code : error.message;
    if (!error.code.empty() && !error.message.empty() && error.aadsts == 0) {
        words = fmt::format("{}: {}", error.code, error.message);
    }
    return words.empty() ? advice : fmt::format("{} ({})", advice, words_without(secret, words));
}

/// What was refused, of "… to perform action 'Microsoft.Network/dnsZones/TXT/write' over scope …";
/// empty where it is not told so.
std::string_view action_in(std::string_view text) {
    constexpr std::string_view kBefore = "perform action '";
    constexpr std::size_t kLongest = 100;
    const std::size_t at = text.find(kBefore);
    if (at == std::string_view::npos) {
        return {};
    }
    const std::string_view rest = text.substr(at + kBefore.size());
    const std::string_view action = rest.substr(0, std::min(rest.find('\''), rest.size()));
    const bool plain = std::ranges::all_of(action, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '/';
    });
    return plain && action.size() <= kLongest ? action : std::string_view();
}

std::string wrong_secret_advice(const AzureDnsConfig& config) {
    if (is_guid(config.client_secret.reveal())) {
        return fmt::format(
            "the client secret of application {} is not right: what clientSecretSecretRef points "
            "to looks like the secret's ID; wanted is its value, which Azure shows only once, when "
            "the secret is made",
            config.client_id);
    }
    return fmt::format(
        "the client secret of application {} is not right: store the secret's value, not its ID, "
        "or make a new one: az ad app credential reset --append --id {}",
        config.client_id, config.client_id);
}

std::string aadsts_advice(std::int64_t number, const AzureDnsConfig& config) {
    constexpr std::int64_t kInvalidSecret = 7000215;
    constexpr std::int64_t kExpiredSecret = 7000222;
    constexpr std::int64_t kNoSuchApplication = 700016;
    constexpr std::int64_t kDisabledApplication = 7000112;
    constexpr std::int64_t kNoSuchTenant = 90002;
    constexpr std::int64_t kMalformedTenant = 900023;
    constexpr std::int64_t kNoSuchResource = 500011;
    constexpr std::int64_t kConditionalAccess = 53003;
    switch (number) {
        case kInvalidSecret:
            return wrong_secret_advice(config);
        case kExpiredSecret:
            return fmt::format(
                "the client secret of application {} has expired; make a new one: az ad "
                "app credential reset --append --id {}",
                config.client_id, config.client_id);
        case kNoSuchApplication:
            return fmt::format(
                "application {} is not in tenant {}: clientID is the \"Application "
                "(client) ID\", not the object ID, and tenantID that of its directory",
                config.client_id, config.tenant);
        case kDisabledApplication:
            return fmt::format("application {} is disabled in tenant {}", config.client_id,
                               config.tenant);
        case kNoSuchTenant:
        case kMalformedTenant:
            return fmt::format(
                "tenant {} is not there; \"az account show --query tenantId\" shows the "
                "right one, and environment must name its cloud",
                config.tenant);
        case kNoSuchResource:
            return fmt::format(
                "tenant {} does not know the resource manager {}: environment must name "
                "the tenant's cloud",
                config.tenant, printable(config.audience));
        case kConditionalAccess:
            return fmt::format(
                "a Conditional Access policy of tenant {} does not let application {} "
                "log in from here",
                config.tenant, config.client_id);
        default:
            return {};
    }
}

/// Of a code of the resource manager; empty where it says nothing more than its words.
std::string code_advice(const AzureError& error, const AzureDnsConfig& config) {
    const std::string& code = error.code;
    if (code == "SubscriptionNotFound" || code == "InvalidSubscriptionId") {
        return fmt::format("subscription {} is not there, or application {} has no role in it",
                           config.subscription, config.client_id);
    }
    if (code == "ResourceGroupNotFound") {
        return fmt::format("subscription {} has no resource group {}", config.subscription,
                           printable(config.resource_group));
    }
    if (code == "ParentResourceNotFound" || code == "ResourceNotFound") {
        return fmt::format("resource group {} has no such DNS zone",
                           printable(config.resource_group));
    }
    if (code == "InvalidAuthenticationTokenTenant") {
        return fmt::format("subscription {} belongs to another tenant than {}", config.subscription,
                           config.tenant);
    }
    if (code == "ScopeLocked") {
        return "a lock on the zone or above it forbids this (a lock of kind CanNotDelete keeps "
               "records from being removed)";
    }
    if (code == "ReadOnlyDisabledSubscription") {
        return fmt::format("subscription {} is disabled and can only be read", config.subscription);
    }
    if (code == "MissingSubscriptionRegistration") {
        return fmt::format(
            "subscription {} does not use Azure DNS yet: az provider register "
            "--namespace Microsoft.Network",
            config.subscription);
    }
    if (code == "RequestDisallowedByPolicy") {
        return "an Azure policy forbids this";
    }
    return {};
}

/// " (x-ms-ratelimit-remaining-subscription-writes: 0)" of what the service counts.
std::string counted(const net::Response& response) {
    for (const auto& [name, value] : response.headers) {
        if (name.starts_with("x-ms-ratelimit-")) {
            return fmt::format(" ({}: {})", quoted_words(name), quoted_words(value));
        }
    }
    return {};
}

}  // namespace

AzureError read_azure_error(std::string_view body) {
    json::Value json;
    try {
        json = json::parse_json(body);
    } catch (const Error&) {
        return {};  // a page of some proxy: the status is all there is
    }
    if (json["error"].is_string()) {
        return read_login_error(json);
    }
    // Azure DNS itself answers without the resource manager's envelope at times.
    const json::Value& error = json["error"].is_object() ? json["error"] : json;
    return {.code = std::string(error.text({"code"})),
            .message = std::string(error.text({"message"}))};
}

bool is_azure_busy(const net::Response& response) {
    return response.status == kConflict &&
           read_azure_error(response.body).code == "AnotherOperationInProgress";
}

std::string login_advice(const net::Response& response, const AzureDnsConfig& config) {
    const AzureError error = read_azure_error(response.body);
    const std::string advice = aadsts_advice(error.aadsts, config);
    if (!advice.empty()) {
        return fmt::format("{} (AADSTS{})", advice, error.aadsts);
    }
    return with_words(fmt::format("application {} is refused (HTTP status {})", config.client_id,
                                  response.status),
                      error, config.client_secret);
}

std::string manager_advice(const net::Response& response, const AzureDnsConfig& config,
                           const Sensitive& token) {
    const AzureError error = read_azure_error(response.body);
    if (response.status == kTooManyRequests) {
        return with_words(fmt::format("the rate limit of subscription {} is reached{}",
                                      config.subscription, counted(response)),
                          error, token);
    }
    const std::string_view action = action_in(error.message);
    if (lacks_role(response) && !action.empty()) {
        return fmt::format("application {} may not do {}", config.client_id, action);
    }
    std::string advice = code_advice(error, config);
    if (advice.empty() && response.status == kUnauthorized) {
        advice = fmt::format("the access token of application {} is refused", config.client_id);
    }
    if (advice.empty() && response.status == kForbidden) {
        advice = fmt::format("application {} may not do this", config.client_id);
    }
    if (advice.empty() && error.message.find("CNAME") != std::string::npos) {
        advice =
            "a CNAME stands at that name: remove it, or let it be followed (cnameStrategy: "
            "Follow)";
    }
    if (advice.empty()) {
        advice = fmt::format("HTTP status {}", response.status);
    }
    return with_words(advice, error, token);
}

bool lacks_role(const net::Response& response) {
    const std::string code = read_azure_error(response.body).code;
    return response.status == kForbidden &&
           (code == "AuthorizationFailed" || code == "LinkedAuthorizationFailed");
}

std::string role_advice(const AzureDnsConfig& config, std::string_view scope) {
    return fmt::format(
        "grant it the role DNS Zone Contributor: az role assignment create --assignee {} --role "
        "\"DNS Zone Contributor\" --scope \"{}\"",
        config.client_id, printable(scope));
}

}  // namespace kcert::dns01::azuredns
