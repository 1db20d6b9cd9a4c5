// SPDX-License-Identifier: Apache-2.0

#include <fstream>
#include <sstream>

#include "base/base64.h"
#include "shared/rules/judge.h"

namespace kcert::rules::testing {
namespace {

std::string acme(const std::string& members) {
    return "{spec: {acme: {" + members + "}}}";
}

/// The Issuer with another type in place of acme.
std::string other(const std::string& types) {
    return "{spec: {acme: null, " + types + "}}";
}

std::string vault(const std::string& members) {
    return other(
        "vault: {server: 'https://vault.test', path: pki/sign/web, auth: "
        "{tokenSecretRef: {name: token}}, " +
        members + "}");
}

std::string vault_role(const std::string& members) {
    return other("vault: {server: 'https://vault.test', path: pki/sign/web, auth: {appRole: {" +
                 members + "}}}");
}

std::string root_pem() {
    std::ifstream file(KCERT_TEST_DATA "/root.pem");
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

std::string ca_bundle(const std::string& pem) {
    return "caBundle: " + base64_encode(pem);
}

std::string eab(const std::string& members) {
    return acme("externalAccountBinding: {" + members + "}");
}

std::string ingress(const std::string& members) {
    return acme("solvers: [{http01: {ingress: {" + members + "}}}]");
}

}  // namespace

const std::vector<Case>& issuer_cases() {
    static const std::vector<Case> cases{
        {"schema/base64", "spec.acme.caBundle", acme("caBundle: '*'"), acme(ca_bundle(root_pem()))},
        {"metadata/name-syntax", "metadata.name", "{metadata: {name: -le}}",
         "{kind: ClusterIssuer, metadata: {name: le, namespace: null}}"},
        {"issuer/type-required", "spec", other("selfSigned: null"), other("selfSigned: {}")},
        {"issuer/type-exclusive", "spec.ca", "{spec: {ca: {secretName: root}}}", "{}"},
        {"issuer/account-secret-required", "spec.acme.privateKeySecretRef.name",
         acme("privateKeySecretRef: null"), "{}"},
        {"issuer/secret-name-syntax", "spec.acme.privateKeySecretRef.name",
         acme("privateKeySecretRef: {name: ../account}"), "{}"},
        {"issuer/server-required", "spec.acme.server", acme("server: ''"), "{}"},
        {"issuer/server-syntax", "spec.acme.server", acme("server: ca.test/dir"),
         acme("server: 'https://ca.test:14000/dir?a=b'")},
        {"issuer/server-plain-http", "spec.acme.server", acme("server: 'http://ca.test/dir'"),
         acme("server: 'http://127.0.0.1:4001/dir'")},
        {"issuer/server-retired", "spec.acme.server",
         acme("server: 'https://acme-v01.api.letsencrypt.org/directory'"),
         acme("server: 'https://acme-v02.api.letsencrypt.org/directory'")},
        {"issuer/server-retired", "spec.acme.server",
         acme("server: 'https://acme-staging.api.letsencrypt.org/directory/'"),
         acme("server: 'https://acme-staging-v02.api.letsencrypt.org/directory'")},
        {"issuer/email-syntax", "spec.acme.email", acme("email: user.example.com"),
         acme("email: null")},
        {"issuer/email-syntax", "spec.acme.email", acme("email: 'a@example.com, b@example.com'"),
         acme("email: 'user+tag@example.com'")},
        {"issuer/skip-tls-verify", "spec.acme.skipTLSVerify", acme("skipTLSVerify: true"),
         acme("skipTLSVerify: false")},
        {"issuer/ca-bundle-exclusive", "spec.acme.caBundle",
         acme("skipTLSVerify: true, " + ca_bundle(root_pem())), acme(ca_bundle(root_pem()))},
        {"issuer/ca-bundle-syntax", "spec.acme.caBundle", acme(ca_bundle("no certificate")),
         acme(ca_bundle(root_pem() + root_pem()))},
        {"issuer/eab-key-id-required", "spec.acme.externalAccountBinding.keyID",
         eab("keySecretRef: {name: eab, key: hmac}"),
         eab("keyID: k, keySecretRef: {name: eab, key: hmac}")},
        {"issuer/eab-secret-required", "spec.acme.externalAccountBinding.keySecretRef.name",
         eab("keyID: k"), eab("keyID: k, keySecretRef: {name: eab, key: hmac}")},
        {"issuer/eab-secret-required", "spec.acme.externalAccountBinding.keySecretRef.key",
         eab("keyID: k, keySecretRef: {name: eab}"),
         eab("keyID: k, keySecretRef: {name: eab, key: hmac}")},
        {"issuer/eab-algorithm", "spec.acme.externalAccountBinding.keyAlgorithm",
         eab("keyID: k, keySecretRef: {name: eab, key: hmac}, keyAlgorithm: HS1"),
         eab("keyID: k, keySecretRef: {name: eab, key: hmac}, keyAlgorithm: HS384")},
        {"issuer/http01-service-type", "spec.acme.http01.serviceType",
         acme("http01: {serviceType: LoadBalancer}"), acme("http01: {serviceType: NodePort}")},
        {"issuer/http01-service-type", "spec.acme.solvers[0].http01.ingress.serviceType",
         ingress("serviceType: LoadBalancer"), ingress("serviceType: ClusterIP")},
        {"issuer/http01-ingress-exclusive", "spec.acme.solvers[0].http01.ingress",
         ingress("class: a, name: b"), ingress("class: a")},
        {"issuer/http01-pod-metadata",
         "spec.acme.solvers[0].http01.ingress.podTemplate.metadata.name",
         ingress("podTemplate: {metadata: {name: a}}"),
         ingress("podTemplate: {metadata: {labels: {a: b}, annotations: {a: b}}}")},
        {"issuer/ca-secret-name-required", "spec.ca.secretName", other("ca: {}"),
         other("ca: {secretName: root}")},
        {"issuer/vault-server-required", "spec.vault.server",
         other("vault: {path: pki, auth: {tokenSecretRef: {name: token}}}"), vault("")},
        {"issuer/vault-path-required", "spec.vault.path", other("vault: {}"), vault("")},
        {"issuer/vault-path", "spec.vault.path",
         other("vault: {server: 'https://vault.test', path: pki/../sys, auth: {tokenSecretRef: "
               "{name: token}}}"),
         vault("")},
        {"issuer/vault-auth-required", "spec.vault.auth",
         other("vault: {server: 'https://vault.test', path: pki/sign/web}"), vault("")},
        {"issuer/vault-auth-exclusive", "spec.vault.auth.appRole",
         other("vault: {server: 'https://vault.test', path: pki, auth: {tokenSecretRef: {name: "
               "token}, appRole: {}}}"),
         vault_role("roleId: r, secretRef: {name: role}")},
        {"issuer/vault-role-required", "spec.vault.auth.appRole.roleId",
         vault_role("secretRef: {name: role}"), vault_role("roleId: r, secretRef: {name: role}")},
        {"issuer/vault-ca-bundle", "spec.vault.caBundle", vault("caBundle: YQ=="),
         vault(ca_bundle(root_pem()))},
        {"schema/type", "spec.vault.server",
         other("vault: {server: 5, path: pki, auth: {tokenSecretRef: {name: token}}}"), vault("")},
        {"schema/unknown-field", "spec.ca.secretname",
         other("ca: {secretName: root, secretname: root}"), other("ca: {secretName: root}")},
        {"schema/unknown-field", "spec.acme.solvers[0].http01.ingress.clas", ingress("clas: nginx"),
         ingress("class: nginx")},
        {"issuer/venafi-zone-required", "spec.venafi.zone", other("venafi: {cloud: {}}"),
         other("venafi: {zone: z, cloud: {}}")},
        {"issuer/venafi-type-required", "spec.venafi", other("venafi: {zone: z}"),
         other("venafi: {zone: z, cloud: {}}")},
        {"issuer/venafi-type-exclusive", "spec.venafi.cloud",
         other("venafi: {zone: z, cloud: {}, tpp: {url: 'https://v.test'}}"),
         other("venafi: {zone: z, tpp: {url: 'https://v.test'}}")},
        {"issuer/venafi-url-required", "spec.venafi.tpp.url", other("venafi: {zone: z, tpp: {}}"),
         other("venafi: {zone: z, tpp: {url: 'https://v.test'}}")},
    };
    return cases;
}

}  // namespace kcert::rules::testing
