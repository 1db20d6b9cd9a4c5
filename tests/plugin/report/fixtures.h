// SPDX-License-Identifier: Apache-2.0
//
// What the tests of report begin with: a Certificate that was issued on the first of January 2026
// for three months, by files of tests/data/issuance.

#pragma once

#include <fstream>
#include <iterator>
#include <string>

#include "report/gather.h"

namespace kcert::report::fixtures {

inline std::string file(const std::string& name) {
    std::ifstream stream(std::string(KCERT_TEST_DATA) + "/../issuance/" + name);
    return {std::istreambuf_iterator<char>(stream), {}};
}

inline Time day(int year, unsigned month, unsigned day) {
    return std::chrono::sys_days(std::chrono::year(year) / static_cast<int>(month) /
                                 static_cast<int>(day));
}

inline const Time kNow = day(2026, 1, 15);

inline api::Issuer issuer() {
    api::Issuer issuer{.meta = {.name = "letsencrypt", .ns = "shop"}};
    issuer.spec.types = {"acme"};
    issuer.spec.acme =
        api::AcmeIssuer{.server = "https://ca.test/directory", .email = "user@example.com"};
    issuer.spec.acme->providers.push_back({.name = "ours", .stanzas = {{.code = "rfc2136"}}});
    issuer.status.account_url = "https://ca.test/account/1";
    issuer.status.conditions.push_back({.type = "Ready",
                                        .status = "True",
                                        .reason = "ACMEAccountRegistered",
                                        .message = "The ACME account was registered"});
    return issuer;
}

inline api::Secret secret() {
    api::Secret secret{.meta = {.name = "web-tls", .ns = "shop"}, .type = "kubernetes.io/tls"};
    secret.data.emplace("tls.crt", Sensitive(file("chain.pem")));
    secret.data.emplace("tls.key", Sensitive(file("leaf.key")));
    secret.meta.labels = {{"certmanager.k8s.io/certificate-name", "web"}};
    secret.meta.annotations = {{"certmanager.k8s.io/issuer-name", "letsencrypt"},
                               {"certmanager.k8s.io/issuer-kind", "Issuer"}};
    return secret;
}

/// All is well.
inline Material issued() {
    Material material{.key = {kube::kCertificate, "shop", "web"}};
    material.certificate.meta = {.name = "web", .ns = "shop"};
    api::CertificateSpec& spec = material.certificate.spec;
    spec.secret_name = "web-tls";
    spec.issuer_ref.name = "letsencrypt";
    spec.common_name = "example.com";
    spec.dns_names = {"www.example.com"};
    spec.acme_config = {
        {{.domains = {"example.com", "www.example.com"}, .dns01_provider = "ours"}}};
    material.issuer = {.key = {kube::kIssuer, "shop", "letsencrypt"}, .value = issuer()};
    material.secret = {.key = {kube::kSecret, "shop", "web-tls"}, .value = secret()};
    return material;
}

}  // namespace kcert::report::fixtures
