// SPDX-License-Identifier: Apache-2.0

#include "kube/manifest_dir_store.h"

#include <catch2/catch.hpp>

#include "json/yaml.h"
#include "shared/kube/folder_fixture.h"
#include "shared/kube/object_store_contract.h"

namespace kcert::kube {

using namespace fixtures;
using testing::TemporaryFolder;

TEST_CASE("a folder of manifests keeps the contract of an ObjectStore", "[kube][unit]") {
    const TemporaryFolder folder;
    const SystemClock clock;
    ManifestDirStore store(folder.path(), "default", clock);

    contract::check_object_store_contract(store, "shop");
}

TEST_CASE("a folder that is not there is an error from the start", "[kube][unit]") {
    const testing::ManualClock clock;

    CHECK(contains(message_of([&] { ManifestDirStore("/nowhere/at/all", "default", clock); }),
                   "/nowhere/at/all: no such folder"));
}

TEST_CASE("objects are found in any manifest below the folder", "[kube][unit]") {
    Folder folder;
    folder.write("a/b.yml", kWebManifest);
    folder.write("c.json", R"({"apiVersion":"v1","kind":"List","items":[
        {"apiVersion":"v1","kind":"Secret","metadata":{"name":"s"},"stringData":{"k":"v"}},
        {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d"}}]})");
    folder.write("kustomization.yaml", "resources: [a/b.yml]\n");
    folder.write(".git/web.yaml", kWebManifest);
    folder.write("notes.txt", kWebManifest);

    CHECK(get(folder.store, kWeb, {})->text({"spec", "secretName"}) == "web-tls");
    const auto found = get(folder.store, {.kind = kSecret, .ns = "default", .name = "s"}, {});
    CHECK(found->text({"data", "k"}) == "dg==");
    CHECK(found->text({"metadata", "namespace"}) == "default");
}

TEST_CASE("a person's file is never rewritten: changes lie in an overlay", "[kube][unit]") {
    Folder folder;
    folder.write("web.yaml", kWebManifest);

    folder.store.patch(kWeb, json::parse_json(R"({"status":{"a":1,"b":2}})"), Part::Status, {});
    const json::Value patched = folder.store.patch(
        kWeb, json::parse_json(R"({"status":{"a":null,"c":3}})"), Part::Status, {});

    CHECK(folder.read("web.yaml") == kWebManifest);
    CHECK(patched["status"] == json::parse_json(R"({"b":2,"c":3})"));
    CHECK(get(folder.store, kWeb, {}) == patched);
    CHECK(folder.mode(".kubectl-cert/certificate.shop.web.overlay") == 0600);
    CHECK(folder.mode(".kubectl-cert") == 0700);
}

TEST_CASE("an overlay removes what the file says, and an object that comes back is whole",
          "[kube][unit]") {
    Folder folder;
    folder.write("web.yaml", std::string(kWebManifest) + "status: {order: {url: old, x: 1}}\n");

    folder.store.patch(kWeb, json::parse_json(R"({"status":{"order":null}})"), Part::Status, {});
    CHECK_FALSE(get(folder.store, kWeb, {})->at({"status"}).has("order"));
    folder.store.patch(kWeb, json::parse_json(R"({"status":{"order":{"url":"new"}}})"),
                       Part::Status, {});

    CHECK(get(folder.store, kWeb, {})->at({"status", "order"}) ==
          json::parse_json(R"({"url":"new"})"));
}

TEST_CASE("a person's change to a file is seen beside the overlay", "[kube][unit]") {
    Folder folder;
    folder.write("web.yaml", kWebManifest);
    folder.store.patch(kWeb, json::parse_json(R"({"status":{"a":1}})"), Part::Status, {});

    folder.write("web.yaml", std::string(kWebManifest) + "extra: 1\n");

    CHECK(get(folder.store, kWeb, {})->has("extra"));
    CHECK(get(folder.store, kWeb, {})->has("status"));
}

TEST_CASE("an object that the store creates is a file of its own", "[kube][unit]") {
    Folder folder;

    const json::Value created = create(folder.store, secret(), {});

    CHECK(folder.mode("secret.shop.web-tls.yaml") == 0600);
    const json::Value file = json::parse_yaml(folder.read("secret.shop.web-tls.yaml")).at(0);
    CHECK(file.at({"metadata", "annotations"}).has(kCreatedAnnotation));
    CHECK_FALSE(file["metadata"].has("uid"));
    CHECK_FALSE(file["metadata"].has("resourceVersion"));
    CHECK(created.text({"metadata", "creationTimestamp"}) == "2026-11-23T00:00:00Z");
}

TEST_CASE("a created object is replaced whole, and nothing else is left", "[kube][unit]") {
    Folder folder;
    create(folder.store, secret(), {});
    folder.write(".kubectl-cert/tmp.killed", "half of a secret");

    folder.store.patch(kWebTls, json::parse_json(R"({"data":{"tls.crt":"Y3J0"}})"), Part::Main, {});

    const json::Value file = json::parse_yaml(folder.read("secret.shop.web-tls.yaml")).at(0);
    CHECK(file["data"] == json::parse_json(R"({"tls.key":"a2V5","tls.crt":"Y3J0"})"));
    CHECK_FALSE(folder.has(".kubectl-cert/tmp.killed"));
    CHECK_FALSE(folder.has(".kubectl-cert/secret.shop.web-tls.overlay"));
    CHECK(folder.mode("secret.shop.web-tls.yaml") == 0600);
}

TEST_CASE("a created object stays the store's whatever a patch says", "[kube][unit]") {
    Folder folder;
    create(folder.store, secret(), {});

    const json::Value patched = folder.store.patch(
        kWebTls,
        json::parse_json(R"({"kind":"X","metadata":{"name":"y","uid":null,"annotations":null}})"),
        Part::Main, {});

    CHECK(patched.text({"kind"}) == "Secret");
    CHECK(patched.text({"metadata", "name"}) == "web-tls");
    CHECK(folder.store.remove(kWebTls, {}));
    CHECK_FALSE(folder.has("secret.shop.web-tls.yaml"));
}

TEST_CASE("a file of a person that bears a created object's name is left alone", "[kube][unit]") {
    Folder folder;
    folder.write("secret.shop.web-tls.yaml", "# mine\n");

    const StatusError refusal = contract::refusal_of([&] { create(folder.store, secret(), {}); });

    CHECK(refusal.code() == 403);
    CHECK(contains(refusal.what(), "secret.shop.web-tls.yaml is in the way"));
    CHECK(folder.read("secret.shop.web-tls.yaml") == "# mine\n");
}

TEST_CASE("an object knows its file's lines under an overlay", "[kube][unit]") {
    Folder folder;
    folder.write("web.yaml", kWebManifest);
    folder.store.patch(kWeb, json::parse_json(R"({"status":{"a":1}})"), Part::Status, {});

    const auto read = get(folder.store, kWeb, {});

    CHECK(read->at({"spec", "secretName"}).line() == 5);
    CHECK(read->at({"status", "a"}).line() == 0);
}

TEST_CASE("an object in a person's file is not removed", "[kube][unit]") {
    Folder folder;
    folder.write("web.yaml", kWebManifest);

    const StatusError refusal = contract::refusal_of([&] { folder.store.remove(kWeb, {}); });

    CHECK(refusal.code() == 403);
    CHECK(contains(refusal.what(), "web.yaml"));
    CHECK(folder.read("web.yaml") == kWebManifest);
}

TEST_CASE("the same object in two files is an error that names both", "[kube][unit]") {
    Folder folder;
    folder.write("one.yaml", kWebManifest);
    folder.write("two.yaml", kWebManifest);

    const std::string message = message_of([&] { get(folder.store, kWeb, {}); });

    CHECK(contains(message, "Certificate shop/web stands in "));
    CHECK(contains(message, "one.yaml and in "));
    CHECK(contains(message, "two.yaml"));
}

TEST_CASE("Ingresses are read, and what is wrong with one keeps nobody from working",
          "[kube][unit]") {
    Folder folder;
    const std::string head = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: ";
    folder.write("a.yaml", head + "{name: web}\n");
    folder.write("b.yaml", head + "{name: web}\n---\n" + head + "{generateName: web-}\n");

    const std::vector<json::Value> found = folder.store.list(kIngress, {.ns = "default"}, {});

    REQUIRE_FALSE(found.empty());
    CHECK(found.front().text({"metadata", "name"}) == "web");
}

TEST_CASE("no name becomes a path unless it is a Kubernetes name", "[kube][unit]") {
    Folder folder;
    for (const char* name : {"../evil", "a/b", "..", ".hidden", "A", "a..b", "a\nb", "-a"}) {
        INFO(name);
        json::Value object = secret();
        object.member("metadata").set("name", name);
        CHECK(contains(message_of([&] { create(folder.store, object, {}); }),
                       "no file can be named"));
        CHECK_THROWS_AS(folder.store.claim({kSecret, "shop", name}, {}), Error);
        CHECK_THROWS_AS(folder.store.claim({kSecret, name, "web"}, {}), Error);
        CHECK_FALSE(folder.store.claimed_by({kSecret, "shop", name}, {}));
    }
    json::Value object = secret();
    object.member("metadata").set("name", std::string(253, 'a'));
    CHECK_THROWS_AS(create(folder.store, object, {}), Error);
}

TEST_CASE("an object of a strange name in a manifest is read but not written", "[kube][unit]") {
    Folder folder;
    folder.write("s.yaml",
                 "apiVersion: v1\nkind: Secret\nmetadata: {name: ../x, namespace: shop}\n");
    const ObjectKey key{.kind = kSecret, .ns = "shop", .name = "../x"};

    CHECK(get(folder.store, key, {}));
    CHECK_THROWS_AS(
        folder.store.patch(key, json::parse_json(R"({"data":{"a":"Yg=="}})"), Part::Main, {}),
        Error);
}

TEST_CASE("Events lie where kubectl apply does not look", "[kube][unit]") {
    Folder folder;
    const contract::Subject subject{.store = folder.store, .ns = "shop"};

    create(folder.store, subject.event("web.17"), {});
    folder.write(".kubectl-cert/event.shop.web.18.overlay", "");

    CHECK(folder.has(".kubectl-cert/event.shop.web.17.overlay"));
    CHECK(folder.store.list(kEvent, {.ns = "shop"}, {}).size() == 1);
    const json::Value patched = folder.store.patch(
        subject.key("web.17", kEvent), json::parse_json(R"({"count":2})"), Part::Main, {});
    CHECK(patched["count"].as_int() == 2);
    CHECK(folder.store.remove(subject.key("web.17", kEvent), {}));
}

TEST_CASE("a folder that cannot be written is read, and writing says why", "[kube][unit]") {
    Folder folder;
    folder.write("web.yaml", kWebManifest);
    folder.write(".kubectl-cert", "in the way");

    CHECK(get(folder.store, kWeb, {}));
    const std::string message = message_of([&] { create(folder.store, secret(), {}); });
    CHECK(contains(message, "cannot be written: Not a directory"));
    CHECK(contains(message_of([&] { folder.store.expect_writable({}, {}); }),
                   ".kubectl-cert cannot be written: Not a directory"));
}

TEST_CASE("a broken file is named with line and column", "[kube][unit]") {
    Folder folder;
    folder.write("bad.yaml", "a: 1\na: 2\n");
    CHECK(
        contains(message_of([&] { get(folder.store, kWeb, {}); }), "bad.yaml: line 2, column 1: "));

    folder.write("bad.yaml", kWebManifest);
    folder.write(".kubectl-cert/certificate.shop.web.overlay", "{");
    CHECK(contains(message_of([&] { get(folder.store, kWeb, {}); }),
                   "web.overlay: line 1, column 2"));

    for (const char* overlay : {"[]", "null", R"({"metadata":null})", R"({"metadata":5})"}) {
        INFO(overlay);
        folder.write(".kubectl-cert/certificate.shop.web.overlay", overlay);
        CHECK(contains(message_of([&] { get(folder.store, kWeb, {}); }), "not a merge patch"));
    }
}

}  // namespace kcert::kube
