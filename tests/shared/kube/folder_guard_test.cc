// SPDX-License-Identifier: Apache-2.0

#include <unistd.h>

#include <catch2/catch.hpp>

#include "shared/kube/folder_fixture.h"
#include "shared/kube/object_store_contract.h"

namespace kcert::kube {

using namespace fixtures;
using testing::TemporaryFolder;

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
    const StatusError failure = contract::refusal_of([&] { create(folder.store, secret(), {}); });

    REQUIRE((user != 0 || ::seteuid(user) == 0));
    std::filesystem::permissions(folder.path(), std::filesystem::perms(0700));
    CHECK(refusal.code() == 403);
    CHECK(failure.code() == 403);
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

}  // namespace kcert::kube
