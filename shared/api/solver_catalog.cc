// SPDX-License-Identifier: Apache-2.0

#include "api/solver_catalog.h"

#include <array>

namespace kcert::api {
namespace {

using enum FieldType;

constexpr SolverField kCloudDns[] = {
    {"project", String, true, "Google Cloud project of the zone"},
    {"serviceAccountSecretRef", SecretKey, false,
     "JSON key of a service account; without it the surroundings' credentials"},
};

constexpr SolverField kCloudflare[] = {
    {"email", String, false, "e-mail address of the account; needed by apiKeySecretRef"},
    {"apiKeySecretRef", SecretKey, false, "global API key"},
    {"apiTokenSecretRef", SecretKey, false, "API token with Zone:Read and DNS:Edit"},
};

constexpr SolverField kRoute53[] = {
    {"region", String, true, "AWS region that requests are signed for"},
    {"accessKeyID", String, false, "access key; without it the surroundings' credentials"},
    {"secretAccessKeySecretRef", SecretKey, false, "secret of accessKeyID"},
    {"hostedZoneID", String, false, "hosted zone to use; looked up by name without it"},
    {"role", String, false, "ARN of a role to assume"},
};

constexpr SolverField kAzureDns[] = {
    {"clientID", String, true, "application (client) id of the service principal"},
    {"clientSecretSecretRef", SecretKey, true, "secret of the service principal"},
    {"subscriptionID", String, true, "subscription of the zone"},
    {"tenantID", String, true, "directory (tenant) id"},
    {"resourceGroupName", String, true, "resource group of the zone"},
    {"hostedZoneName", String, false, "zone to use; looked up without it"},
    {"environment", String, false,
     "AzurePublicCloud (default), AzureChinaCloud, AzureGermanCloud or AzureUSGovernmentCloud"},
};

constexpr SolverField kAkamai[] = {
    {"serviceConsumerDomain", String, true, "API host of the client"},
    {"clientTokenSecretRef", SecretKey, true, "client token of EdgeGrid"},
    {"clientSecretSecretRef", SecretKey, true, "client secret of EdgeGrid"},
    {"accessTokenSecretRef", SecretKey, true, "access token of EdgeGrid"},
};

constexpr SolverField kAcmeDns[] = {
    {"host", String, true, "URL of the acme-dns server"},
    {"accountSecretRef", SecretKey, true, "JSON of the accounts by domain"},
};

constexpr SolverField kDigitalOcean[] = {
    {"tokenSecretRef", SecretKey, true, "API token that may write"},
};

constexpr SolverField kRfc2136[] = {
    {"nameserver", String, true, "host, host:port or [IPv6]:port; port 53 by default"},
    {"tsigKeyName", String, false, "name of the TSIG key; without it updates are not signed"},
    {"tsigSecretSecretRef", SecretKey, false, "base64 of the TSIG key"},
    {"tsigAlgorithm", String, false,
     "HMACMD5 (default), HMACSHA1, HMACSHA256 or HMACSHA512, in any case"},
};

constexpr SolverField kWebhook[] = {
    {"groupName", String, true, "API group that the solver serves"},
    {"solverName", String, true, "solver's name within the group"},
    {"config", Any, false, "handed to the solver as it is"},
};

constexpr std::array<SolverEntry, 9> kCatalog{{
    {"clouddns", "Google Cloud DNS", kCloudDns},
    {"cloudflare", "Cloudflare", kCloudflare},
    {"route53", "Amazon Route 53", kRoute53},
    {"azuredns", "Azure DNS", kAzureDns},
    {"akamai", "Akamai Edge DNS", kAkamai},
    {"acmedns", "acme-dns", kAcmeDns},
    {"digitalocean", "DigitalOcean DNS", kDigitalOcean},
    {"rfc2136", "Dynamic DNS update (RFC 2136)", kRfc2136},
    {"webhook", "Solver of one's own, called through the API server", kWebhook},
}};

}  // namespace

std::span<const SolverEntry> solver_catalog() {
    return kCatalog;
}

const SolverEntry* find_solver(std::string_view code) {
    for (const SolverEntry& entry : kCatalog) {
        if (entry.code == code) {
            return &entry;
        }
    }
    return nullptr;
}

}  // namespace kcert::api
