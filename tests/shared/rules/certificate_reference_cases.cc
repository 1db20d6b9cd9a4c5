// SPDX-License-Identifier: Apache-2.0

#include "shared/rules/judge.h"

namespace kcert::rules::testing {
namespace {

std::string issuer(const std::string& spec, const std::string& ns = "shop") {
    return "\n---\n{kind: Issuer, metadata: {name: letsencrypt, namespace: " + ns +
           "}, spec: " + spec + "}";
}

std::string cluster_issuer(const std::string& spec) {
    return "\n---\n{kind: ClusterIssuer, metadata: {name: letsencrypt}, spec: " + spec + "}";
}

const std::string kSolver = "{acme: {solvers: [{dns01: {rfc2136: {nameserver: 192.0.2.53}}}]}}";
const std::string kAccount =
    "{acme: {privateKeySecretRef: {name: account}, solvers: [{dns01: {rfc2136: {nameserver: "
    "192.0.2.53, tsigSecretSecretRef: {name: tsig, key: k}}}}]}}";
const std::string kHttpSolver = "{acme: {solvers: [{http01: {}}]}}";
const std::string kProviders =
    "{acme: {dns01: {providers: [{name: prod-dns, rfc2136: {}}, {name: cf-dns, cloudflare: {}}]}}}";
const std::string kOtherCertificate =
    "\n---\n{kind: Certificate, metadata: {name: other}, spec: {secretName: web-tls}}";
const std::string kSameCertificate =
    "\n---\n{kind: Certificate, metadata: {name: web}, spec: {secretName: web-tls}}";
const std::string kNothing = "{kind: Issuer, metadata: {name: unrelated, namespace: shop}}";

std::string uses(const std::string& provider) {
    return "{spec: {acme: {config: [{domains: [example.com], dns01: {provider: " + provider +
           "}}]}}}";
}

}  // namespace

const std::vector<Case>& certificate_reference_cases() {
    static const std::vector<Case> cases{
        {"certificate/issuer-not-found", "spec.issuerRef.name", "{}", "{}", kNothing,
         issuer(kSolver)},
        {"certificate/issuer-not-found", "spec.issuerRef.name", "{}",
         "{spec: {issuerRef: {kind: ClusterIssuer}}}", cluster_issuer(kSolver)},
        {"certificate/issuer-not-found", "spec.issuerRef.name", "{}",
         "{metadata: {namespace: default}}", issuer(kSolver, "default")},
        {"certificate/issuer-not-found", "spec.issuerRef.name", "{}",
         "{metadata: {namespace: default}}",
         issuer(kSolver, "default") + issuer(kSolver, "billing")},
        {"certificate/issuer-not-found", "spec.issuerRef.name",
         "{spec: {issuerRef: {kind: ClusterIssuer}}}", "{}", issuer(kSolver)},
        {"certificate/issuer-not-found", "spec.issuerRef.name",
         "{spec: {issuerRef: {kind: ClusterIssuer}}}", "{}", kNothing, issuer(kSolver)},
        {"certificate/issuer-not-acme", "spec.issuerRef.name", "{}", "{}",
         issuer("{ca: {secretName: root}}"), issuer(kSolver)},
        {"certificate/acme-is-ca", "spec.isCA", "{spec: {isCA: true}}", "{spec: {isCA: false}}",
         issuer(kSolver)},
        {"certificate/acme-organization", "spec.organization", "{spec: {organization: [A, B]}}",
         "{spec: {organization: []}}", issuer(kSolver)},
        {"certificate/acme-duration", "spec.duration", "{spec: {duration: 2160h}}",
         "{spec: {renewBefore: 720h}}", issuer(kSolver)},
        {"certificate/acme-ip-addresses", "spec.ipAddresses", "{spec: {ipAddresses: [192.0.2.1]}}",
         "{}", issuer(kSolver)},
        {"certificate/provider-not-found", "spec.acme.config[0].dns01.provider", uses("cf-dsn"),
         uses("cf-dns"), issuer(kProviders)},
        {"certificate/provider-not-found", "spec.acme.config[0].dns01.provider", uses("cf-dns"),
         "{}", issuer(kSolver)},
        {"certificate/provider-not-found", "spec.acme.config[0].dns01.provider", uses("cf-dns"),
         uses("cf-dns"), issuer("{acme: {}}"), issuer(kProviders)},
        {"certificate/acme-required", "spec.acme", "{}", uses("prod-dns"), issuer(kProviders)},
        {"certificate/no-matching-solver", "spec.dnsNames[0]", "{}", "{}",
         issuer("{acme: {solvers: [{selector: {dnsZones: [other.test]}, dns01: {rfc2136: {}}}]}}"),
         issuer("{acme: {solvers: [{selector: {dnsZones: [example.com]}, dns01: {rfc2136: "
                "{}}}]}}")},
        {"certificate/no-matching-solver", "spec.commonName",
         "{spec: {commonName: www.example.com}}", "{spec: {commonName: www.example.com}}",
         issuer("{acme: {}}"), issuer(kSolver)},
        {"certificate/http01-only", "spec.dnsNames[0]", "{}", "{}", issuer(kHttpSolver),
         issuer(kSolver)},
        {"certificate/wildcard-needs-dns01", "spec.dnsNames[0]",
         "{spec: {dnsNames: ['*.example.com']}}", "{spec: {dnsNames: ['*.example.com']}}",
         issuer(kHttpSolver), issuer(kSolver)},
        {"certificate/secret-shared", "spec.secretName", "{}", "{}",
         issuer(kSolver) + kOtherCertificate, issuer(kSolver) + kSameCertificate},
        {"certificate/secret-name-reserved", "spec.secretName", "{spec: {secretName: account}}",
         "{}", issuer(kAccount)},
        {"certificate/secret-name-reserved", "spec.secretName", "{spec: {secretName: tsig}}", "{}",
         issuer(kAccount)},
        {"certificate/secret-name-reserved", "spec.issuerRef.name", "{metadata: {name: account}}",
         "{}",
         issuer("{acme: {privateKeySecretRef: {name: account-pending-key}, solvers: [{dns01: "
                "{rfc2136: {nameserver: 192.0.2.53}}}]}}")},
        {"certificate/secret-owner", "spec.secretName", "{}", "{}",
         issuer(kSolver) + "\n---\n{kind: Secret, metadata: {labels: {owner: Helm}}}",
         issuer(kSolver)},
    };
    return cases;
}

const std::vector<Case>& issuer_reference_cases() {
    static const std::string cloudflare =
        "{spec: {acme: {dns01: {providers: [{name: cf-dns, cloudflare: {email: a@example.com, "
        "apiKeySecretRef: {name: cf, key: api-key}}}]}}}}";
    static const std::string digital_ocean =
        "{spec: {acme: {solvers: [{dns01: {digitalocean: {tokenSecretRef: {name: cf, key: "
        "api-key}}}}]}}}";
    static const std::string external_account =
        "{spec: {acme: {externalAccountBinding: {keyID: k, keySecretRef: {name: cf, key: "
        "api-key}}}}}";
    const auto secret = [](const std::string& ns, const std::string& data) {
        return "\n---\n{kind: Secret, metadata: {name: cf, namespace: " + ns + "}, data: {" + data +
               "}}";
    };
    static const std::vector<Case> cases{
        {"issuer/credential-secret-not-found",
         "spec.acme.dns01.providers[0].cloudflare.apiKeySecretRef.name", cloudflare, cloudflare,
         secret("default", "api-key: YQ=="), secret("shop", "api-key: YQ==")},
        {"issuer/credential-secret-not-found",
         "spec.acme.solvers[0].dns01.digitalocean.tokenSecretRef.name", digital_ocean, "{}",
         "{kind: Secret, metadata: {name: other, namespace: shop}}"},
        {"issuer/credential-key-not-found",
         "spec.acme.dns01.providers[0].cloudflare.apiKeySecretRef.key", cloudflare, cloudflare,
         secret("shop", "token: YQ==, email: YQ=="), secret("shop", "api-key: YQ==")},
        {"issuer/credential-key-not-found", "spec.acme.externalAccountBinding.keySecretRef.key",
         external_account, external_account, secret("shop", ""), secret("shop", "api-key: YQ==")},
    };
    return cases;
}

}  // namespace kcert::rules::testing
