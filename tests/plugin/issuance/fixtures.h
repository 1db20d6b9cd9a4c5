// SPDX-License-Identifier: Apache-2.0
//
// Objects that the tests of issuance begin with, and the files of tests/data/issuance.

#pragma once

#include <fstream>
#include <sstream>
#include <string>

#include "api/certificate.h"
#include "api/issuer.h"
#include "api/secret.h"

namespace kcert::issuance::fixtures {

inline std::string file(const std::string& name) {
    std::ifstream stream(std::string(KCERT_TEST_DATA) + "/" + name);
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
}

/// Of the certificates in the files.
inline const Time kBegin{std::chrono::sys_days(std::chrono::year(2026) / 1 / 1)};
inline const Time kEnd{std::chrono::sys_days(std::chrono::year(2026) / 4 / 1)};

inline api::Certificate certificate() {
    api::Certificate certificate;
    certificate.meta.name = "web";
    certificate.meta.ns = "shop";
    certificate.spec.secret_name = "web-tls";
    certificate.spec.issuer_ref.name = "letsencrypt";
    certificate.spec.common_name = "example.com";
    certificate.spec.dns_names = {"www.example.com"};
    return certificate;
}

inline api::Issuer issuer() {
    api::Issuer issuer;
    issuer.meta.name = "letsencrypt";
    issuer.meta.ns = "shop";
    issuer.spec.types = {"acme"};
    issuer.spec.acme = api::AcmeIssuer{.server = "https://ca.test/directory"};
    return issuer;
}

/// The Secret as this program would have written it for certificate().
inline api::Secret secret() {
    api::Secret secret;
    secret.type = "kubernetes.io/tls";
    secret.data.emplace("tls.crt", Sensitive(file("chain.pem")));
    secret.data.emplace("tls.key", Sensitive(file("leaf.key")));
    secret.meta.annotations = {{"certmanager.k8s.io/issuer-name", "letsencrypt"},
                               {"certmanager.k8s.io/issuer-kind", "Issuer"},
                               {"certmanager.k8s.io/acme-directory", "https://ca.test/directory"},
                               {"certmanager.k8s.io/requested-usages", ""}};
    return secret;
}

}  // namespace kcert::issuance::fixtures
