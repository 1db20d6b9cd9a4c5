// SPDX-License-Identifier: Apache-2.0

#include <catch2/catch.hpp>

#include "report/gather.h"
#include "support/held_objects.h"

namespace kcert::report {
namespace {

constexpr std::string_view kObjects = R"(
apiVersion: certmanager.k8s.io/v1alpha1
kind: Certificate
metadata: {name: web, namespace: shop, uid: "1"}
spec:
  secretName: web-tls
  issuerRef: {name: letsencrypt}
  dnsNames: [example.com]
---
apiVersion: v1
kind: Secret
metadata: {name: web-tls, namespace: shop}
type: kubernetes.io/tls
---
apiVersion: v1
kind: Event
metadata: {name: web.1, namespace: shop}
involvedObject: {kind: Certificate, name: web, namespace: shop, uid: "1"}
reason: CertificateIssued
---
apiVersion: v1
kind: Event
metadata: {name: web.2, namespace: shop}
involvedObject: {kind: Certificate, name: web, namespace: shop, uid: "0"}
reason: OfAnEarlierObjectOfThatName
---
apiVersion: v1
kind: Event
metadata: {name: api.1, namespace: shop}
involvedObject: {kind: Certificate, name: api, namespace: shop}
reason: OfAnother
)";

const kube::ObjectKey kWeb{kube::kCertificate, "shop", "web"};

TEST_CASE("a Certificate is read with all that belongs to it", "[report][unit]") {
    testing::HeldObjects store(kObjects);

    const Material material = gather(store, kWeb, {});

    CHECK(material.certificate.spec.secret_name == "web-tls");
    REQUIRE(material.secret.value);
    CHECK(material.secret.value->type == "kubernetes.io/tls");
    CHECK_FALSE(material.issuer.value);
    CHECK(material.issuer.error.empty());
    REQUIRE(material.events.size() == 1);
    CHECK(material.events.front().reason == "CertificateIssued");
}

TEST_CASE("a part that may not be read has its error beside it", "[report][unit]") {
    testing::HeldObjects store(kObjects);
    store.forbid("Secret");
    store.forbid("Event");

    const Material material = gather(store, kWeb, {});

    CHECK(material.secret.error == "no right to read it");
    CHECK(material.events_error == "no right to list them");
}

TEST_CASE("a Certificate that is not there is NotFound", "[report][unit]") {
    testing::HeldObjects store(kObjects);

    CHECK_THROWS_WITH(gather(store, {kube::kCertificate, "shop", "nope"}, {}),
                      "certificates.certmanager.k8s.io \"nope\" not found in namespace \"shop\" of "
                      "memory");
}

}  // namespace
}  // namespace kcert::report
