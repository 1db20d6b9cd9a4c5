// SPDX-License-Identifier: Apache-2.0

#include "kube/api_path.h"

#include <catch2/catch.hpp>

namespace kcert::kube {

TEST_CASE("every kind has its place below the server's URL", "[kube][unit]") {
    CHECK(object_path({kSecret, "shop", "web-tls"}) == "/api/v1/namespaces/shop/secrets/web-tls");
    CHECK(object_path({kCertificate, "shop", "web"}, "status") ==
          "/apis/certmanager.k8s.io/v1alpha1/namespaces/shop/certificates/web/status");
    CHECK(object_path({kClusterIssuer, "", "ca"}) ==
          "/apis/certmanager.k8s.io/v1alpha1/clusterissuers/ca");
    CHECK(collection_path(kEvent, "") == "/api/v1/events");
    CHECK(collection_path(kLease, "shop") == "/apis/coordination.k8s.io/v1/namespaces/shop/leases");
}

TEST_CASE("no name becomes more than one segment of a path", "[kube][unit]") {
    for (const char* name : {".", "..", "a/b", "../x", "a%2fb", "", "%"}) {
        INFO(name);
        const ObjectKey key{kSecret, "shop", name};
        REQUIRE(path_fault(key));
        CHECK(path_fault(key)->code() == 400);
        CHECK_THROWS_AS(object_path(key), StatusError);
        CHECK_THROWS_AS(object_path({kSecret, name, "web"}), StatusError);
    }
    CHECK(std::string(path_fault({kSecret, "shop", "a/b"})->what()) ==
          "invalid resource name \"a/b\": [may not contain '/']");
    CHECK(std::string(path_fault({kSecret, "..", "a"})->what()) ==
          "invalid namespace \"..\": [may not be '..']");
    CHECK_THROWS_AS(collection_path(kSecret, ".."), StatusError);
    CHECK(object_path({kSecret, "shop", "a b?c#d\ne"}) ==
          "/api/v1/namespaces/shop/secrets/a%20b%3Fc%23d%0Ae");
}

TEST_CASE("parameters are encoded", "[kube][unit]") {
    Query query;
    CHECK(query.text().empty());
    query.add("limit", "500");
    query.add("labelSelector", "app in (a, b)&x=1");

    CHECK(query.text() == "?limit=500&labelSelector=app%20in%20%28a%2C%20b%29%26x%3D1");
}

}  // namespace kcert::kube
