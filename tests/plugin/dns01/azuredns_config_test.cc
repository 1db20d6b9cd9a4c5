// SPDX-License-Identifier: Apache-2.0

#include "dns01/azuredns/azuredns_config.h"

#include <catch2/catch.hpp>

#include "base/base64.h"
#include "base/error.h"
#include "support/azuredns_service.h"

namespace kcert::dns01::azuredns {
namespace {

using Catch::Matchers::Contains;
using testing::azuredns_stanza;
using testing::kAzureSecret;

const std::string kGuid = "0a1b2c3d-0000-1111-2222-333344445555";

AzureDnsConfig config_of(const json::Value& stanza, const ProviderSettings& settings = {},
                         const std::string& secret = kAzureSecret) {
    return read_azuredns_config(stanza, {{"clientSecretSecretRef", Sensitive(secret)}}, settings);
}

json::Value with(std::string_view field, const std::string& value) {
    json::Value stanza = azuredns_stanza();
    stanza.set(field, value);
    return stanza;
}

std::string refusal(const json::Value& stanza, const ProviderSettings& settings = {},
                    const std::string& secret = kAzureSecret) {
    try {
        config_of(stanza, settings, secret);
    } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::Config);
        CHECK_THAT(error.what(), !Contains("the-secret"));
        return error.what();
    }
    return "nothing failed";
}

ProviderSettings own(std::string_view variable, const char* value) {
    return {.variables = {{std::string(variable), Sensitive(value)}}};
}

TEST_CASE("an azuredns stanza without environment is one of the public cloud", "[dns01][unit]") {
    const AzureDnsConfig config = config_of(azuredns_stanza());

    CHECK(config.client_id == testing::kAzureClient);
    CHECK(config.client_secret.reveal() == kAzureSecret);
    CHECK(config.subscription == testing::kAzureSubscription);
    CHECK(config.tenant == testing::kAzureTenant);
    CHECK(config.resource_group == "dns-group");
    CHECK(config.hosted_zone.empty());
    CHECK(config.authority == "https://login.microsoftonline.com");
    CHECK(config.resource_manager == "https://management.azure.com");
    CHECK(config.audience == "https://management.azure.com");
}

TEST_CASE("azuredns trims white space, also of the secret", "[dns01][unit]") {
    json::Value stanza = with("clientID", " " + kGuid + "\n");
    stanza.set("hostedZoneName", " Example.com. ");

    const AzureDnsConfig config = config_of(stanza, {}, std::string(kAzureSecret) + "\n");

    CHECK(config.client_id == kGuid);
    CHECK(config.hosted_zone == "example.com.");
    CHECK(config.client_secret.reveal() == kAzureSecret);
}

TEST_CASE("azuredns knows the clouds, and that the German one is closed", "[dns01][unit]") {
    const AzureDnsConfig china = config_of(with("environment", "AzureChinaCloud"));
    const AzureDnsConfig us = config_of(with("environment", "AzureUSGovernmentCloud"));

    CHECK(china.authority == "https://login.partner.microsoftonline.cn");
    CHECK(china.resource_manager == "https://management.chinacloudapi.cn");
    CHECK(us.authority == "https://login.microsoftonline.us");
    CHECK(us.audience == "https://management.usgovcloudapi.net");
    CHECK_THAT(refusal(with("environment", "AzureGermanCloud")),
               Contains("closed this cloud on 2021-10-29") && Contains("AzurePublicCloud"));
    CHECK_THAT(refusal(with("environment", "AzureMoon")), Contains("\"AzureMoon\" is none of"));
}

TEST_CASE("azuredns endpoints come from the user's own environment, over TLS only",
          "[dns01][unit]") {
    CHECK(config_of(azuredns_stanza(), own("AZURE_AUTHORITY_HOST", "https://login.test/"))
              .authority == "https://login.test");
    CHECK(config_of(azuredns_stanza(), own("AZURE_AUTHORITY_HOST", "login.test")).authority ==
          "https://login.test");
    const AzureDnsConfig stack = config_of(
        azuredns_stanza(), own("AZURE_RESOURCE_MANAGER_ENDPOINT", "https://management.stack.test"));
    CHECK(stack.resource_manager == "https://management.stack.test");
    CHECK(stack.audience == "https://management.stack.test");
    CHECK(config_of(azuredns_stanza(), own("AZURE_RESOURCE_MANAGER_AUDIENCE", "https://core.test/"))
              .audience == "https://core.test");
    CHECK(config_of(azuredns_stanza(), own("AZURE_AUTHORITY_HOST", "http://127.0.0.1:8080"))
              .authority == "http://127.0.0.1:8080");

    for (const std::string_view variable : kAzureDnsVariables) {
        CHECK_THAT(refusal(azuredns_stanza(), own(variable, "http://elsewhere.test")),
                   Contains(std::string(variable)) && Contains("TLS only"));
    }
}

TEST_CASE("azuredns fields that are missing or of another kind are told", "[dns01][unit]") {
    CHECK_THAT(refusal(with("clientID", "")), Contains("clientID is missing"));
    CHECK_THAT(refusal(with("clientID", "my-app")),
               Contains("clientID \"my-app\" is no GUID") && Contains("Application (client) ID"));
    CHECK_THAT(refusal(with("subscriptionID", kGuid + "/..")), Contains("is no GUID"));
    CHECK_THAT(refusal(with("tenantID", "my directory")), Contains("neither a GUID nor a domain"));
    CHECK_THAT(refusal(with("tenantID", "../common")), Contains("neither a GUID nor a domain"));
    CHECK(config_of(with("tenantID", "Contoso.onmicrosoft.com")).tenant ==
          "contoso.onmicrosoft.com");
    CHECK_THAT(refusal(with("resourceGroupName", "/subscriptions/x/resourceGroups/dns")),
               Contains("resourceGroupName is a path"));
    CHECK_THAT(refusal(with("resourceGroupName", "$(reboot)")), Contains("no name that"));
    CHECK_THAT(refusal(with("resourceGroupName", "..")), Contains("no name that"));
    CHECK(config_of(with("resourceGroupName", "Größe_(1)")).resource_group == "Größe_(1)");
    CHECK_THAT(refusal(with("hostedZoneName", "/subscriptions/x/dnsZones/example.com")),
               Contains("no name of a zone"));
    CHECK_THAT(refusal(with("hostedZoneName", "example..com")), Contains("no name of a zone"));
}

TEST_CASE("the usual mistakes with an azuredns secret are told without showing it",
          "[dns01][unit]") {
    CHECK_THAT(refusal(azuredns_stanza(), {}, ""), Contains("missing or empty"));
    CHECK_THAT(refusal(azuredns_stanza(), {}, base64_encode(kAzureSecret)),
               Contains("encoded twice"));
    CHECK_THAT(refusal(azuredns_stanza(), {}, R"({"appId":"x","password":"the-secret"})"),
               Contains("is JSON") && Contains("password"));
    CHECK_THAT(refusal(azuredns_stanza(), {}, R"("the-secret")"), Contains("in quotes"));
}

}  // namespace
}  // namespace kcert::dns01::azuredns
