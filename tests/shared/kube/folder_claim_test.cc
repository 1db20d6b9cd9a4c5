// SPDX-License-Identifier: Apache-2.0

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
#include <array>
#include <thread>

#include <catch2/catch.hpp>

#include "shared/kube/folder_fixture.h"
#include "shared/kube/object_store_contract.h"

namespace kcert::kube {

using namespace fixtures;

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

}  // namespace kcert::kube
