// SPDX-License-Identifier: Apache-2.0

#include <catch2/catch.hpp>

#include "kube/manifest_view.h"
#include "support/held_objects.h"

namespace kcert::kube {
namespace {

std::vector<ManifestObject> held() {
    return read_manifest_text(R"(
apiVersion: v1
kind: Secret
metadata: {name: tsig}
data: {key: YQ==}
)",
                              "secret.yaml");
}

TEST_CASE("what -f holds stands in the namespace of the user", "[kube][unit]") {
    const auto objects = held();
    ManifestView view(objects, "shop", nullptr);

    CHECK(get(view, {kSecret, "shop", "tsig"}, {}));
    CHECK_FALSE(get(view, {kSecret, "default", "tsig"}, {}));
    REQUIRE(view.list(kSecret, {}, {}).size() == 1);
    CHECK(view.list(kSecret, {}, {}).front().text({"metadata", "namespace"}) == "shop");
}

TEST_CASE("what -f holds hides what the store below has", "[kube][unit]") {
    const auto objects = held();
    testing::HeldObjects below(R"(
apiVersion: v1
kind: Secret
metadata: {name: tsig, namespace: shop}
data: {old: YQ==}
---
apiVersion: v1
kind: Secret
metadata: {name: other, namespace: shop}
)");
    ManifestView view(objects, "shop", &below);

    CHECK(get(view, {kSecret, "shop", "tsig"}, {})->at({"data"}).has("key"));
    CHECK(get(view, {kSecret, "shop", "other"}, {}));
    CHECK(view.list(kSecret, {.ns = "shop"}, {}).size() == 2);
}

TEST_CASE("a view changes nothing", "[kube][unit]") {
    ManifestView view({}, "shop", nullptr);

    CHECK_THROWS_AS(view.remove({kSecret, "shop", "tsig"}, {}), Error);
    CHECK_THROWS_AS(view.claim({kSecret, "shop", "tsig"}, {}), Error);
}

}  // namespace
}  // namespace kcert::kube
