// SPDX-License-Identifier: Apache-2.0

#include "kube/object_key.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "json/yaml.h"

namespace kcert::kube {
namespace {

ObjectKey key_in(std::string_view yaml) {
    return key_of(json::parse_yaml(yaml).at(0), "default");
}

}  // namespace

TEST_CASE("a kind knows how it is called in paths and manifests", "[kube][unit]") {
    CHECK(kSecret.api_version() == "v1");
    CHECK(kSecret.resource() == "secrets");
    CHECK(kCertificate.api_version() == "certmanager.k8s.io/v1alpha1");
    CHECK(kCertificate.resource() == "certificates.certmanager.k8s.io");
}

TEST_CASE("an object's key comes from its head", "[kube][unit]") {
    CHECK(key_in("{apiVersion: v1, kind: Secret, metadata: {name: a, namespace: shop}}") ==
          ObjectKey{kSecret, "shop", "a"});
    CHECK(key_in("{apiVersion: v1, kind: Secret, metadata: {name: a}}") ==
          ObjectKey{kSecret, "default", "a"});
    CHECK(key_in("{apiVersion: certmanager.k8s.io/v1alpha1, kind: ClusterIssuer, "
                 "metadata: {name: le, namespace: shop}}") == ObjectKey{kClusterIssuer, "", "le"});
}

TEST_CASE("a head that does not tell which object it is, is an error", "[kube][unit]") {
    for (const char* head :
         {"{kind: Secret, metadata: {name: a}}", "{apiVersion: v1, metadata: {name: a}}",
          "{apiVersion: v1, kind: Secret}", "{apiVersion: v1, kind: Secret, metadata: {name: 1}}",
          "{apiVersion: v2, kind: Secret, metadata: {name: a}}",
          "{apiVersion: apps/v1, kind: Deployment, metadata: {name: a}}"}) {
        INFO(head);
        CHECK_THROWS_AS(key_in(head), Error);
    }
    CHECK_THROWS_WITH(key_in("{apiVersion: v1, kind: Secret, metadata: {name: 1}}"),
                      "line 1: metadata.name of a Secret must be a string: quote it");
}

TEST_CASE("a key is described for people, control characters shown", "[kube][unit]") {
    CHECK(describe({kSecret, "shop", "web-tls"}) == "Secret shop/web-tls");
    CHECK(describe({kClusterIssuer, "", "le"}) == "ClusterIssuer le");
    CHECK(describe({kSecret, "shop", "a\x1b"}) == "Secret shop/a\\x1b");
}

}  // namespace kcert::kube
