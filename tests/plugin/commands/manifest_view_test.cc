// SPDX-License-Identifier: Apache-2.0

#include <catch2/catch.hpp>

#include "commands/manifest_view.h"
#include "support/held_objects.h"

namespace kcert::commands {
namespace {

std::vector<kube::ManifestObject> held() {
    return kube::read_manifest_text(R"(
apiVersion: v1
kind: Secret
metadata: {name: tsig}
data: {key: YQ==}
)",
                                    "secret.yaml");
}

TEST_CASE("what -f holds stands in the namespace of the user", "[commands][unit]") {
    const auto objects = held();
    ManifestView view(objects, "shop", nullptr);

    CHECK(kube::get(view, {kube::kSecret, "shop", "tsig"}, {}));
    CHECK_FALSE(kube::get(view, {kube::kSecret, "default", "tsig"}, {}));
    REQUIRE(view.list(kube::kSecret, {}, {}).size() == 1);
    CHECK(view.list(kube::kSecret, {}, {}).front().text({"metadata", "namespace"}) == "shop");
}

TEST_CASE("what -f holds hides what the store below has", "[commands][unit]") {
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

    CHECK(kube::get(view, {kube::kSecret, "shop", "tsig"}, {})->at({"data"}).has("key"));
    CHECK(kube::get(view, {kube::kSecret, "shop", "other"}, {}));
    CHECK(view.list(kube::kSecret, {.ns = "shop"}, {}).size() == 2);
}

TEST_CASE("a view changes nothing", "[commands][unit]") {
    ManifestView view({}, "shop", nullptr);

    CHECK_THROWS_AS(view.remove({kube::kSecret, "shop", "tsig"}, {}), Error);
    CHECK_THROWS_AS(view.claim({kube::kSecret, "shop", "tsig"}, {}), Error);
}

}  // namespace
}  // namespace kcert::commands
