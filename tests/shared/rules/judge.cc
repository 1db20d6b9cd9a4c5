// SPDX-License-Identifier: Apache-2.0

#include "shared/rules/judge.h"

#include <fmt/format.h>

#include "api/secret.h"
#include "api/v1alpha1.h"
#include "json/merge_patch.h"
#include "json/yaml.h"
#include "rules/rules.h"

namespace kcert::rules::testing {
namespace {

const std::string kCertificate = R"(
apiVersion: certmanager.k8s.io/v1alpha1
kind: Certificate
metadata: {name: web, namespace: shop, labels: {team: shop}}
spec:
  secretName: web-tls
  issuerRef: {name: letsencrypt}
  dnsNames: [example.com]
)";

const std::string kIssuer = R"(
apiVersion: certmanager.k8s.io/v1alpha1
kind: Issuer
metadata: {name: letsencrypt, namespace: shop}
spec:
  acme:
    server: https://ca.test/dir
    email: user@example.com
    privateKeySecretRef: {name: account}
)";

void append(json::Findings& findings, const json::Findings& more) {
    findings.insert(findings.end(), more.begin(), more.end());
}

void look_up_issuer(const api::IssuerRef& ref, const std::string& ns, const json::Value& object,
                    Facts& facts) {
    json::Findings unheeded;
    const api::Issuer issuer = api::v1alpha1::decode_issuer(object, unheeded);
    if (issuer.meta.name != ref.name) {
        return;
    }
    if (issuer.cluster == ref.is_cluster() && (issuer.cluster || issuer.meta.ns == ns)) {
        facts.issuer->issuer = issuer;
    } else if (issuer.cluster) {
        facts.issuer->cluster_issuer_has_name = true;
    } else {
        facts.issuer->namespaces_with_name.push_back(issuer.meta.ns);
    }
}

Facts look_up(const api::Certificate& certificate, const std::string& world) {
    Facts facts;
    facts.issuer = Facts::IssuerLookup{};
    facts.certificates_by_secret.emplace();
    for (const json::Value& object : json::parse_yaml(world)) {
        if (object.text({"kind"}) == "Secret") {
            facts.secret_owner = object.text({"metadata", "labels", "owner"});
        } else if (object.text({"kind"}) == "Certificate") {
            facts.certificates_by_secret->emplace(std::string(object.text({"spec", "secretName"})),
                                                  std::string(object.text({"metadata", "name"})));
        } else {
            look_up_issuer(certificate.spec.issuer_ref, certificate.meta.ns, object, facts);
        }
    }
    return facts;
}

void look_up_secret(const std::string& name, const std::string& world, Facts& facts) {
    facts.secrets[name] = std::nullopt;
    for (const json::Value& object : json::parse_yaml(world)) {
        json::Findings unheeded;
        const api::Secret secret = api::decode_secret(object, unheeded);
        if (secret.meta.name != name) {
            continue;
        }
        if (secret.meta.ns != facts.secrets_namespace) {
            facts.secrets_elsewhere[name].push_back(secret.meta.ns);
            continue;
        }
        std::set<std::string> keys;
        for (const auto& [key, value] : secret.data) {
            keys.insert(key);
        }
        facts.secrets[name] = keys;
    }
}

Facts look_up(const api::Issuer& issuer, const std::string& world) {
    Facts facts{.secrets_namespace = issuer.meta.ns};
    if (issuer.spec.acme) {
        for (const api::SecretKeySelector& credential :
             credentials_of(*issuer.spec.acme, all_solvers(*issuer.spec.acme))) {
            look_up_secret(credential.name, world, facts);
        }
    }
    return facts;
}

}  // namespace

json::Value document(const std::string& yaml) {
    return json::parse_yaml(yaml).at(0);
}

json::Findings judge_certificate(const std::string& patch, const std::string& world) {
    json::Findings findings;
    const json::Value object = json::merge_patch(document(kCertificate), document(patch));
    const api::Certificate certificate = api::v1alpha1::decode_certificate(object, findings);
    append(findings, check_certificate(certificate));
    if (!world.empty()) {
        append(findings, check_references(certificate, look_up(certificate, world)));
    }
    return json::without_echoes(std::move(findings));
}

json::Findings judge_issuer(const std::string& patch, const std::string& world) {
    json::Findings findings;
    const json::Value object = json::merge_patch(document(kIssuer), document(patch));
    const api::Issuer issuer = api::v1alpha1::decode_issuer(object, findings);
    append(findings, check_issuer(issuer));
    if (!world.empty()) {
        const Solvers solvers = issuer.spec.acme ? all_solvers(*issuer.spec.acme) : Solvers();
        append(findings, check_references(issuer, look_up(issuer, world), solvers));
    }
    return json::without_echoes(std::move(findings));
}

std::string summary(const json::Findings& findings) {
    std::string text;
    for (const json::Finding& finding : findings) {
        text += fmt::format("{}: {}\n", finding.rule, json::format(finding));
    }
    return text;
}

}  // namespace kcert::rules::testing
