// SPDX-License-Identifier: Apache-2.0

#include "api/solver_catalog.h"

#include <array>

namespace kcert::api {
namespace {

using enum FieldType;

constexpr SolverField kCloudDns[] = {
    {"project", String, true, "Google Cloud project of the zone", "my-project"},
    {"serviceAccountSecretRef", SecretKey, false,
     "JSON key of a service account; without it the surroundings' credentials",
     "service-account.json", true},
};

constexpr SolverField kCloudflare[] = {
    {"email", String, false, "e-mail address of the account; needed by apiKeySecretRef",
     "user@example.com"},
    {"apiKeySecretRef", SecretKey, false, "global API key", "api-key"},
    {"apiTokenSecretRef", SecretKey, false, "API token with Zone:Read and DNS:Edit", "api-token",
     true},
};

constexpr SolverField kRoute53[] = {
    {"region", String, true, "AWS region that requests are signed for", "us-east-1"},
    {"accessKeyID", String, false, "access key; without it the surroundings' credentials",
     "REPLACE-WITH-YOUR-ACCESS-KEY-ID", true},
    {"secretAccessKeySecretRef", SecretKey, false, "secret of accessKeyID", "secret-access-key",
     true},
    {"hostedZoneID", String, false, "hosted zone to use; looked up by name without it",
     "REPLACE-WITH-YOUR-HOSTED-ZONE-ID"},
    {"role", String, false, "ARN of a role to assume", "arn:aws:iam::123456789012:role/dns"},
};

constexpr SolverField kAzureDns[] = {
    {"clientID", String, true, "application (client) id of the service principal",
     "00000000-0000-0000-0000-000000000000"},
    {"clientSecretSecretRef", SecretKey, true, "secret of the service principal", "client-secret"},
    {"subscriptionID", String, true, "subscription of the zone",
     "00000000-0000-0000-0000-000000000000"},
    {"tenantID", String, true, "directory (tenant) id", "00000000-0000-0000-0000-000000000000"},
    {"resourceGroupName", String, true, "resource group of the zone", "my-resource-group"},
    {"hostedZoneName", String, false, "zone to use; looked up without it", "example.com"},
    {"environment", String, false,
     "AzurePublicCloud (default), AzureChinaCloud or AzureUSGovernmentCloud; AzureGermanCloud is "
     "closed",
     "AzurePublicCloud"},
};

constexpr SolverField kAkamai[] = {
    {"serviceConsumerDomain", String, true, "API host of the client",
     "REPLACE-WITH-YOUR-HOST.luna.akamaiapis.net"},
    {"clientTokenSecretRef", SecretKey, true, "client token of EdgeGrid", "client-token"},
    {"clientSecretSecretRef", SecretKey, true, "client secret of EdgeGrid", "client-secret"},
    {"accessTokenSecretRef", SecretKey, true, "access token of EdgeGrid", "access-token"},
};

constexpr SolverField kAcmeDns[] = {
    {"host", String, true, "URL of the acme-dns server", "https://auth.example.com"},
    {"accountSecretRef", SecretKey, true, "JSON of the accounts by domain", "accounts.json"},
};

constexpr SolverField kDigitalOcean[] = {
    {"tokenSecretRef", SecretKey, true, "API token that may write", "token"},
};

constexpr SolverField kRfc2136[] = {
    {"nameserver", String, true, "host, host:port or [IPv6]:port; port 53 by default",
     "192.0.2.53:53"},
    {"tsigKeyName", String, false, "name of the TSIG key; without it updates are not signed",
     "my-tsig-key", true},
    {"tsigSecretSecretRef", SecretKey, false, "base64 of the TSIG key", "tsig-key", true},
    {"tsigAlgorithm", String, false,
     "HMACMD5 (default), HMACSHA1, HMACSHA256 or HMACSHA512, in any case", "HMACSHA256", true},
};

constexpr SolverField kWebhook[] = {
    {"groupName", String, true, "API group that the solver serves", "acme.example.com"},
    {"solverName", String, true, "solver's name within the group", "my-solver"},
    {"config", Any, false, "handed to the solver as it is",
     "{tokenSecretRef: {name: webhook-credentials, key: token}}", true},
};

constexpr std::array<SolverEntry, 9> kCatalog{{
    {"clouddns", "Google Cloud DNS", kCloudDns,
     "dns.managedZones.list, dns.resourceRecordSets.list, .create, .update, .delete, "
     "dns.changes.create, .get on the project: the role DNS Administrator has them"},
    {"cloudflare", "Cloudflare", kCloudflare, "a token with Zone:Read and DNS:Edit on the zone"},
    {"route53", "Amazon Route 53", kRoute53,
     "route53:ListResourceRecordSets and ChangeResourceRecordSets on the hosted zone, GetChange; "
     "ListHostedZonesByName without hostedZoneID; sts:AssumeRole with role"},
    {"azuredns", "Azure DNS", kAzureDns,
     "the role DNS Zone Contributor on the zone; on its resource group without hostedZoneName"},
    {"akamai", "Akamai Edge DNS", kAkamai,
     "an API client with READ-WRITE on DNS—Zone Record Management"},
    {"acmedns", "acme-dns", kAcmeDns,
     "an account of its own for each domain, and a CNAME from _acme-challenge.DOMAIN to its "
     "fulldomain",
     true},
    {"digitalocean", "DigitalOcean DNS", kDigitalOcean,
     "a token with domain:read, domain:create and domain:delete"},
    {"rfc2136", "Dynamic DNS update (RFC 2136)", kRfc2136,
     "a TSIG key that may update TXT records at _acme-challenge names"},
    {"webhook", "Solver of one's own, called through the API server", kWebhook,
     "for you: create on solverName in groupName; for the solver: what it asks for"},
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
