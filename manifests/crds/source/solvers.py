# SPDX-License-Identifier: Apache-2.0
"""The stanzas of DNS providers, which stand alike in dns01.providers and in solvers."""

from schema import any_json, choice, forbidden, secret_key, struct, text

STANZAS = ("clouddns", "cloudflare", "route53", "azuredns", "akamai", "acmedns", "digitalocean", "rfc2136", "webhook")


def stanzas():
    """A fresh copy of each, by name."""
    return {
        "clouddns": struct(
            "Google Cloud DNS.", project=text("Google Cloud project of the zone."),
            serviceAccountSecretRef=secret_key("JSON key of a service account; without it the surroundings' credentials.")),
        "cloudflare": struct(
            "Cloudflare.",
            rules=[forbidden("!(has(self.apiKeySecretRef) && has(self.apiTokenSecretRef))", ".apiTokenSecretRef",
                             "apiKeySecretRef and apiTokenSecretRef cannot both be specified")],
            email=text("E-mail address of the account; needed by apiKeySecretRef."),
            apiKeySecretRef=secret_key("The account's global API key."),
            apiTokenSecretRef=secret_key("An API token with Zone:Read and DNS:Edit; better than the global key.")),
        "route53": struct(
            "Amazon Route 53.", region=text("AWS region that requests are signed for."),
            accessKeyID=text("Access key; without it the surroundings' credentials."),
            secretAccessKeySecretRef=secret_key("Secret of accessKeyID."),
            hostedZoneID=text("Hosted zone to use; looked up by name without it."),
            role=text("ARN of a role to assume.")),
        "azuredns": struct(
            "Azure DNS.", clientID=text("Application (client) id of the service principal."),
            clientSecretSecretRef=secret_key("Secret of the service principal."),
            subscriptionID=text("Subscription of the zone."), tenantID=text("Directory (tenant) id."),
            resourceGroupName=text("Resource group of the zone."),
            hostedZoneName=text("Zone to use; looked up without it."),
            environment=choice("Azure cloud; AzurePublicCloud by default.", "AzurePublicCloud", "AzureChinaCloud",
                               "AzureGermanCloud", "AzureUSGovernmentCloud")),
        "akamai": struct(
            "Akamai Edge DNS.", serviceConsumerDomain=text("API host of the client."),
            clientTokenSecretRef=secret_key("Client token of EdgeGrid."),
            clientSecretSecretRef=secret_key("Client secret of EdgeGrid."),
            accessTokenSecretRef=secret_key("Access token of EdgeGrid.")),
        "acmedns": struct(
            "acme-dns.", host=text("URL of the acme-dns server."),
            accountSecretRef=secret_key("JSON of the accounts by domain.")),
        "digitalocean": struct("DigitalOcean DNS.", tokenSecretRef=secret_key("API token that may write.")),
        "rfc2136": struct(
            "Dynamic DNS update (RFC 2136): BIND, Knot, PowerDNS and others.",
            nameserver=text("Primary name server of the zone: host, host:port or [IPv6]:port; port 53 by default."),
            tsigKeyName=text("Name of the TSIG key; without it updates are not signed."),
            tsigSecretSecretRef=secret_key("Base64 of the TSIG key."),
            tsigAlgorithm=text("HMACMD5, which is the default and outdated, HMACSHA1, HMACSHA256 or HMACSHA512, in any case.")),
        "webhook": struct(
            "A solver of one's own, called through the API server.",
            groupName=text("API group that the solver serves."), solverName=text("The solver's name within the group."),
            config=any_json("Any JSON, handed to the solver as it is.")),
    }
