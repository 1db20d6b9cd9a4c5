// SPDX-License-Identifier: Apache-2.0

#include "kube/manifest_dir_store.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>

#include "json/yaml.h"
#include "shared/kube/object_store_contract.h"
#include "support/manual_clock.h"
#include "support/temporary_folder.h"

namespace kcert::kube {
namespace {

using testing::TemporaryFolder;

const ObjectKey kWeb{.kind = kCertificate, .ns = "shop", .name = "web"};
const ObjectKey kWebTls{.kind = kSecret, .ns = "shop", .name = "web-tls"};

constexpr std::string_view kWebManifest = R"(# a person wrote this
apiVersion: certmanager.k8s.io/v1alpha1
kind: Certificate
metadata: {name: web, namespace: shop}
spec: {secretName: web-tls}
)";

struct Folder : TemporaryFolder {
    testing::ManualClock clock;
    ManifestDirStore store{path(), "default", clock};
};

json::Value secret() {
    return json::parse_json(R"({"apiVersion":"v1","kind":"Secret","type":"kubernetes.io/tls",)"
                            R"("metadata":{"name":"web-tls","namespace":"shop"},)"
                            R"("data":{"tls.key":"a2V5"}})");
}

std::string message_of(const std::function<void()>& act) {
    try {
        act();
    } catch (const Error& error) {
        return error.what();
    }
    return "";
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

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

TEST_CASE("what stands where an object would be created is told beforehand", "[kube][unit]") {
    Folder folder;
    const auto expect = [&] { folder.store.expect_writable({&kWebTls, 1}, {}); };
    expect();
    CHECK_FALSE(folder.has(".kubectl-cert"));

    folder.write("secret.shop.web-tls.yaml", "apiVersion: v1\nkind: ConfigMap\n");
    CHECK(contract::refusal_of(expect).code() == 403);
    CHECK(contains(message_of(expect), "Secret shop/web-tls cannot be created: " +
                                           (folder.path() / "secret.shop.web-tls.yaml").native() +
                                           " is in the way and holds something else: move it"));

    std::filesystem::remove(folder.path() / "secret.shop.web-tls.yaml");
    std::filesystem::create_directory(folder.path() / "secret.shop.web-tls.yaml");
    CHECK(contains(message_of(expect), "secret.shop.web-tls.yaml is a folder: move it away"));

    std::filesystem::remove(folder.path() / "secret.shop.web-tls.yaml");
    std::filesystem::create_symlink("nowhere", folder.path() / "secret.shop.web-tls.yaml");
    CHECK(contains(message_of(expect), "is in the way"));
}

TEST_CASE("a folder that may not be written into is told beforehand", "[kube][unit]") {
    Folder folder;
    folder.write("web.yaml", kWebManifest);
    std::filesystem::permissions(folder.path(), std::filesystem::perms(0555));
    const uid_t user = ::geteuid();
    constexpr uid_t kNobody = 65534;
    REQUIRE((user != 0 || ::seteuid(kNobody) == 0));  // root may write anywhere

    const StatusError refusal = contract::refusal_of([&] {
        folder.store.expect_writable({&kWeb, 1}, {});
    });

    REQUIRE((user != 0 || ::seteuid(user) == 0));
    std::filesystem::permissions(folder.path(), std::filesystem::perms(0700));
    CHECK(refusal.code() == 403);
    CHECK(contains(refusal.what(), folder.path().native() + " cannot be written: Permission"));
}

TEST_CASE("objects that are there can be patched wherever they stand", "[kube][unit]") {
    Folder folder;
    folder.write("web.yaml", kWebManifest);
    create(folder.store, secret(), {});
    const std::vector keys{kWeb, kWebTls};

    CHECK_NOTHROW(folder.store.expect_writable(keys, {}));
}

TEST_CASE("a name too long for a file is told beforehand", "[kube][unit]") {
    Folder folder;
    const ObjectKey key{.kind = kSecret, .ns = "shop", .name = std::string(253, 'a')};

    CHECK(contains(message_of([&] {
                       folder.store.expect_writable({&key, 1}, {});
                   }),
                   "the name is too long for a file"));
}

TEST_CASE("a state folder that is a link is neither read nor written", "[kube][unit]") {
    const TemporaryFolder elsewhere;
    Folder folder;
    folder.write("web.yaml", kWebManifest);
    std::filesystem::create_symlink(elsewhere.path(), folder.path() / ".kubectl-cert");
    const std::string refusal =
        (folder.path() / ".kubectl-cert").native() + ": is a symbolic link, which is not followed";

    CHECK(contains(message_of([&] { get(folder.store, kWeb, {}); }), refusal));
    CHECK(contains(message_of([&] { folder.store.claim(kWeb, {}); }), refusal));
    CHECK(contains(message_of([&] { create(folder.store, secret(), {}); }), refusal));
    CHECK(std::filesystem::is_empty(elsewhere.path()));
}

TEST_CASE("an overlay that is a link is not followed", "[kube][unit]") {
    Folder folder;
    folder.write("web.yaml", kWebManifest);
    folder.write("elsewhere", "{}");
    folder.write(".kubectl-cert/lock", "");
    std::filesystem::create_symlink("../elsewhere",
                                    folder.path() / ".kubectl-cert/certificate.shop.web.overlay");

    CHECK(contains(message_of([&] { get(folder.store, kWeb, {}); }),
                   "web.overlay: a symbolic link, which is not followed"));
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
    CHECK(folder.store.list(kEvent, "shop", {}).size() == 1);
    const json::Value patched = folder.store.patch(
        subject.key("web.17", kEvent), json::parse_json(R"({"count":2})"), Part::Main, {});
    CHECK(patched["count"].as_int() == 2);
    CHECK(folder.store.remove(subject.key("web.17", kEvent), {}));
}

TEST_CASE("a claim tells who holds it since when", "[kube][unit]") {
    Folder folder;
    const auto claim = folder.store.claim(kWeb, {});

    const std::string message = message_of([&] { folder.store.claim(kWeb, {}); });

    CHECK(contains(message, "Certificate shop/web is being worked on by user "));
    CHECK(contains(message, "process " + std::to_string(::getpid()) + " on "));
    CHECK(contains(message, "since 2026-11-23T00:00:00Z"));
}

TEST_CASE("a claim is had however often others ask who holds it", "[kube][unit]") {
    testing::TemporaryFolder folder;
    const SystemClock clock;
    ManifestDirStore store(folder.path(), "default", clock);
    store.claim(kWeb, {});
    std::jthread asking([&](const std::stop_token& enough) {
        while (!enough.stop_requested()) {
            store.claimed_by(kWeb, {});
        }
    });

    for (int i = 0; i < 200; ++i) {
        CHECK(store.claim(kWeb, {})->held());
    }
}

TEST_CASE("a claim whose file was taken away is lost", "[kube][unit]") {
    Folder folder;
    const auto claim = folder.store.claim(kWeb, {});

    std::filesystem::remove(folder.path() / ".kubectl-cert/certificate.shop.web.claim");

    CHECK_FALSE(claim->held());
}

TEST_CASE("a claim is gone with its process", "[kube][unit]") {
    Folder folder;
    std::array<int, 2> pipe{};
    REQUIRE(::pipe2(pipe.data(), O_CLOEXEC) == 0);
    const pid_t child = ::fork();
    if (child == 0) {
        const auto claim = folder.store.claim(kWeb, {});
        const bool told = ::write(pipe[1], "c", 1) == 1;
        ::pause();
        ::_exit(told ? 0 : 1);
    }
    char claimed = 0;
    REQUIRE(::read(pipe[0], &claimed, 1) == 1);
    CHECK(contract::refusal_of([&] { folder.store.claim(kWeb, {}); }).code() == 409);

    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);

    CHECK(folder.store.claim(kWeb, {})->held());
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

    if (::geteuid() != 0) {  // root may write anywhere
        std::filesystem::remove(folder.path() / ".kubectl-cert");
        std::filesystem::permissions(folder.path(), std::filesystem::perms(0500));
        CHECK(contract::refusal_of([&] { create(folder.store, secret(), {}); }).code() == 403);
        std::filesystem::permissions(folder.path(), std::filesystem::perms(0700));
    }
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
