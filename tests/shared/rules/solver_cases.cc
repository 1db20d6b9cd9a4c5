// SPDX-License-Identifier: Apache-2.0

#include "shared/rules/judge.h"

namespace kcert::rules::testing {
namespace {

/// The Issuer with one provider of that stanza.
std::string provider(const std::string& members) {
    return "{spec: {acme: {dns01: {providers: [{name: dns, " + members + "}]}}}}";
}

std::string solver(const std::string& members) {
    return "{spec: {acme: {solvers: [{" + members + "}]}}}";
}

const std::string kPath = "spec.acme.dns01.providers[0]";
const std::string kSound = "rfc2136: {nameserver: 192.0.2.53}";
const std::string kAzure =
    "clientID: c, subscriptionID: s, tenantID: t, resourceGroupName: r, clientSecretSecretRef: "
    "{name: azure, key: secret}";
const std::string kEdgeGrid =
    "clientTokenSecretRef: {name: a, key: a}, clientSecretSecretRef: {name: a, key: b}, "
    "accessTokenSecretRef: {name: a, key: c}";
const std::string kTsig = "nameserver: 192.0.2.53, tsigSecretSecretRef: {name: tsig, key: key}";

std::vector<Case> entry_cases() {
    return {
        {"issuer/provider-name-required", kPath + ".name",
         "{spec: {acme: {dns01: {providers: [{" + kSound + "}]}}}}", provider(kSound)},
        {"issuer/provider-name-unique", "spec.acme.dns01.providers[1].name",
         "{spec: {acme: {dns01: {providers: [{name: a, " + kSound + "}, {name: a, " + kSound +
             "}]}}}}",
         "{spec: {acme: {dns01: {providers: [{name: a, " + kSound + "}, {name: b, " + kSound +
             "}]}}}}"},
        {"issuer/provider-required", kPath, provider(""), provider(kSound)},
        {"issuer/provider-required", "spec.acme.solvers[0].dns01", solver("dns01: {}"),
         solver("dns01: {" + kSound + "}")},
        {"issuer/provider-exclusive", kPath + ".webhook",
         provider(kSound + ", webhook: {groupName: g, solverName: s}"), provider(kSound)},
        {"issuer/cname-strategy", kPath + ".cnameStrategy",
         provider("cnameStrategy: follow, " + kSound),
         provider("cnameStrategy: Follow, " + kSound)},
        {"issuer/solver-required", "spec.acme.solvers[0]", solver("selector: {}"),
         solver("http01: {}")},
        {"issuer/solver-exclusive", "spec.acme.solvers[0].http01",
         solver("http01: {}, dns01: {" + kSound + "}"), solver("dns01: {" + kSound + "}")},
    };
}

std::vector<Case> field_cases() {
    return {
        {"schema/type", kPath + ".clouddns.project", provider("clouddns: {project: 5}"),
         provider("clouddns: {project: p}")},
        {"schema/unknown-field", kPath + ".cloudflare.apiTokenSecret",
         provider("cloudflare: {apiTokenSecret: {}, apiTokenSecretRef: {name: a, key: b}}"),
         provider("cloudflare: {apiTokenSecretRef: {name: a, key: b}}")},
        {"issuer/solver-field-required", kPath + ".clouddns.project", provider("clouddns: {}"),
         provider("clouddns: {project: p}")},
        {"issuer/solver-field-required", kPath + ".route53.region", provider("route53: {}"),
         provider("route53: {region: eu-west-1}")},
        {"issuer/solver-field-required", kPath + ".azuredns.tenantID", provider("azuredns: {}"),
         provider("azuredns: {" + kAzure + "}")},
        {"issuer/solver-field-required", kPath + ".akamai.serviceConsumerDomain",
         provider("akamai: {" + kEdgeGrid + "}"),
         provider("akamai: {serviceConsumerDomain: a.test, " + kEdgeGrid + "}")},
        {"issuer/solver-field-required", kPath + ".acmedns.host",
         provider("acmedns: {accountSecretRef: {name: a, key: b}}"),
         provider("acmedns: {host: 'http://acme-dns.test', accountSecretRef: {name: a, key: b}}")},
        {"issuer/solver-field-required", kPath + ".rfc2136.nameserver",
         provider("rfc2136: {nameserver: ''}"), provider(kSound)},
        {"issuer/solver-field-required", "spec.acme.solvers[0].dns01.webhook.groupName",
         solver("dns01: {webhook: {solverName: s}}"),
         solver("dns01: {webhook: {groupName: g, solverName: s, config: {any: [1]}}}")},
        {"issuer/secret-name-required", kPath + ".digitalocean.tokenSecretRef.name",
         provider("digitalocean: {}"),
         provider("digitalocean: {tokenSecretRef: {name: a, key: b}}")},
        {"issuer/secret-key-required", kPath + ".clouddns.serviceAccountSecretRef.key",
         provider("clouddns: {project: p, serviceAccountSecretRef: {name: a}}"),
         provider("clouddns: {project: p, serviceAccountSecretRef: {name: a, key: b}}")},
        {"issuer/secret-name-syntax", kPath + ".digitalocean.tokenSecretRef.name",
         provider("digitalocean: {tokenSecretRef: {name: A/B, key: b}}"),
         provider("digitalocean: {tokenSecretRef: {name: a.b, key: b}}")},
    };
}

std::vector<Case> meaning_cases() {
    return {
        {"issuer/cloudflare-credential-required", kPath + ".cloudflare.apiKeySecretRef.name",
         provider("cloudflare: {email: a@example.com}"),
         provider("cloudflare: {email: a@example.com, apiKeySecretRef: {name: a, key: b}}")},
        {"issuer/cloudflare-credential-exclusive", kPath + ".cloudflare.apiTokenSecretRef",
         provider("cloudflare: {email: a@example.com, apiKeySecretRef: {name: a, key: b}, "
                  "apiTokenSecretRef: {name: a, key: c}}"),
         provider("cloudflare: {apiTokenSecretRef: {name: a, key: c}}")},
        {"issuer/cloudflare-email-required", kPath + ".cloudflare.email",
         provider("cloudflare: {apiKeySecretRef: {name: a, key: b}}"),
         provider("cloudflare: {email: a@example.com, apiKeySecretRef: {name: a, key: b}}")},
        {"issuer/route53-credential-pair", kPath + ".route53.secretAccessKeySecretRef",
         provider("route53: {region: r, accessKeyID: a}"),
         provider(
             "route53: {region: r, accessKeyID: a, secretAccessKeySecretRef: {name: a, key: b}}")},
        {"issuer/route53-credential-pair", kPath + ".route53.accessKeyID",
         provider("route53: {region: r, secretAccessKeySecretRef: {name: a, key: b}}"),
         provider("route53: {region: r, role: 'arn:aws:iam::1:role/dns'}")},
        {"issuer/azure-environment", kPath + ".azuredns.environment",
         provider("azuredns: {environment: Azure, " + kAzure + "}"),
         provider("azuredns: {environment: AzureChinaCloud, " + kAzure + "}")},
        {"issuer/azure-environment-closed", kPath + ".azuredns.environment",
         provider("azuredns: {environment: AzureGermanCloud, " + kAzure + "}"),
         provider("azuredns: {environment: AzureUSGovernmentCloud, " + kAzure + "}")},
        {"issuer/acmedns-host", kPath + ".acmedns.host",
         provider("acmedns: {host: acme-dns.test, accountSecretRef: {name: a, key: b}}"),
         provider("acmedns: {host: 'https://acme-dns.test', accountSecretRef: {name: a, key: b}}")},
        {"issuer/rfc2136-nameserver", kPath + ".rfc2136.nameserver",
         provider("rfc2136: {nameserver: '192.0.2.53:dns'}"),
         provider("rfc2136: {nameserver: 'ns1.example.com:5353'}")},
        {"issuer/rfc2136-nameserver", kPath + ".rfc2136.nameserver",
         provider("rfc2136: {nameserver: ':53'}"),
         provider("rfc2136: {nameserver: '[2001:db8::1]:53'}")},
        {"issuer/rfc2136-tsig-algorithm", kPath + ".rfc2136.tsigAlgorithm",
         provider("rfc2136: {tsigAlgorithm: HMACSHA3, tsigKeyName: k, " + kTsig + "}"),
         provider("rfc2136: {tsigAlgorithm: hmacSHA512, tsigKeyName: k, " + kTsig + "}")},
        {"issuer/rfc2136-hmac-md5", kPath + ".rfc2136.tsigAlgorithm",
         provider("rfc2136: {tsigKeyName: k, " + kTsig + "}"),
         provider("rfc2136: {tsigAlgorithm: HMACSHA256, tsigKeyName: k, " + kTsig + "}")},
        {"issuer/rfc2136-hmac-md5", kPath + ".rfc2136.tsigAlgorithm",
         provider("rfc2136: {tsigAlgorithm: HmacMD5, tsigKeyName: k, " + kTsig + "}"),
         provider(kSound)},
        {"issuer/rfc2136-tsig-secret-required", kPath + ".rfc2136.tsigSecretSecretRef.name",
         provider("rfc2136: {nameserver: a.test, tsigKeyName: k, tsigAlgorithm: HMACSHA1}"),
         provider("rfc2136: {tsigAlgorithm: HMACSHA1, tsigKeyName: k, " + kTsig + "}")},
        {"issuer/rfc2136-tsig-key-name-required", kPath + ".rfc2136.tsigKeyName",
         provider("rfc2136: {" + kTsig + "}"),
         provider("rfc2136: {tsigAlgorithm: HMACSHA1, tsigKeyName: k, " + kTsig + "}")},
    };
}

}  // namespace

const std::vector<Case>& solver_cases() {
    static const std::vector<Case> cases = [] {
        std::vector<Case> all = entry_cases();
        for (const std::vector<Case>& more : {field_cases(), meaning_cases()}) {
            all.insert(all.end(), more.begin(), more.end());
        }
        return all;
    }();
    return cases;
}

}  // namespace kcert::rules::testing
