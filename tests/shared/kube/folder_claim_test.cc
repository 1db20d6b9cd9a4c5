// SPDX-License-Identifier: Apache-2.0

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
#include <array>
#include <atomic>
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

TEST_CASE("a claim of a run that stored nothing leaves nothing behind", "[kube][unit]") {
    Folder folder;
    {
        const auto claim = folder.store.claim(kWeb, {});
        const auto other = folder.store.claim(kWebTls, {});
        CHECK(std::filesystem::exists(folder.path() / ".kubectl-cert"));
    }
    CHECK_FALSE(std::filesystem::exists(folder.path() / ".kubectl-cert"));

    {
        const auto claim = folder.store.claim(kWeb, {});
        create(folder.store, secret(), {});
    }

    CHECK_FALSE(
        std::filesystem::exists(folder.path() / ".kubectl-cert/certificate.shop.web.claim"));
    CHECK(std::filesystem::exists(folder.path() / ".kubectl-cert/lock"));
}

TEST_CASE("runs that come and go never hold a claim both", "[kube][unit]") {
    testing::TemporaryFolder folder;
    const SystemClock clock;
    std::atomic<int> holders = 0;
    std::atomic<int> claims = 0;
    std::atomic<int> faults = 0;
    const auto come_and_go = [&] {
        ManifestDirStore store(folder.path(), "default", clock);
        for (int i = 0; i < 300; ++i) {
            try {
                const auto claim = store.claim(kWeb, {});
                faults += ++holders == 1 && claim->held() ? 0 : 1;
                ++claims;
                --holders;
            } catch (const StatusError& refusal) {
                faults += refusal.code() == 409 ? 0 : 1;
            } catch (const Error&) {
                ++faults;
            }
        }
    };

    {
        const std::jthread first(come_and_go);
        const std::jthread second(come_and_go);
        const std::jthread third(come_and_go);
    }

    CHECK(claims > 0);
    CHECK(faults == 0);
    CHECK_FALSE(std::filesystem::exists(folder.path() / ".kubectl-cert"));
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
