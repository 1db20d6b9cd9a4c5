// SPDX-License-Identifier: Apache-2.0

#include <sys/stat.h>

#include <filesystem>
#include <string>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "json/json.h"
#include "json/yaml.h"
#include "session/kubeconfig_lock.h"
#include "session/kubeconfig_write_back.h"
#include "support/manual_clock.h"
#include "support/temporary_folder.h"

namespace kcert::session {
namespace {

constexpr std::string_view kKubeconfig = R"(# my clusters
apiVersion: v1
kind: Config
current-context: "yes"
preferences: {}
clusters:
- name: c
  cluster: {server: https://a.test, extensions: [{name: x, extension: {n: 1, f: 1.5, s: "0x1F"}}]}
users:
- name: other
  user: {token: "12345"}
- name: me
  user:
    auth-provider:
      name: oidc
      config: {client-id: app, id-token: old, refresh-token: r1}
)";

TokenUpdate update(const testing::TemporaryFolder& folder, const std::string& refresh = "r2") {
    return {.file = folder.path() / "config",
            .user = "me",
            .id_token = Sensitive("new"),
            .refresh_token = Sensitive(refresh)};
}

/// What the file is to say afterwards: only the tokens differ.
json::Value expected(const std::string& refresh = "r2") {
    json::Value value = json::parse_yaml(kKubeconfig).at(0);
    json::Value& config = value.member("users")
                              .as_array()
                              .at(1)
                              .member("user")
                              .member("auth-provider")
                              .member("config");
    config.set("id-token", "new");
    config.set("refresh-token", refresh);
    return value;
}

TEST_CASE("new tokens are written and everything else stays", "[session][write-back]") {
    testing::TemporaryFolder folder;
    folder.write("config", kKubeconfig);

    write_back(update(folder), testing::ManualClock());

    const auto documents = json::parse_yaml(folder.read("config"));
    REQUIRE(documents.size() == 1);
    CHECK(documents[0] == expected());
    CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1);
}

TEST_CASE("a refresh token that was not exchanged stays", "[session][write-back]") {
    testing::TemporaryFolder folder;
    folder.write("config", kKubeconfig);

    write_back(update(folder, ""), testing::ManualClock());

    CHECK(json::parse_yaml(folder.read("config")).at(0) == expected("r1"));
}

TEST_CASE("a kubeconfig in JSON stays JSON", "[session][write-back]") {
    testing::TemporaryFolder folder;
    folder.write("config", json::write_json(json::parse_yaml(kKubeconfig).at(0)));

    write_back(update(folder), testing::ManualClock());

    CHECK(json::parse_json(folder.read("config")) == expected());
}

TEST_CASE("mode and symbolic link of a kubeconfig are kept", "[session][write-back]") {
    testing::TemporaryFolder folder;
    folder.write("real/file", kKubeconfig);
    ::chmod((folder.path() / "real/file").c_str(), 0640);
    std::filesystem::create_symlink("real/file", folder.path() / "config");

    write_back(update(folder), testing::ManualClock());

    CHECK(std::filesystem::is_symlink(folder.path() / "config"));
    CHECK(folder.mode("real/file") == 0640);
    CHECK(json::parse_yaml(folder.read("real/file")).at(0) == expected());
}

TEST_CASE("a lock that stays is waited for, then named, and the file left alone",
          "[session][write-back]") {
    testing::TemporaryFolder folder;
    folder.write("config", kKubeconfig);
    folder.write("config.lock", "");
    const testing::ManualClock clock;

    CHECK_THROWS_WITH(write_back(update(folder), clock),
                      Catch::Contains("config.lock: somebody else is writing the kubeconfig"));

    CHECK(folder.read("config") == kKubeconfig);
    CHECK(folder.has("config.lock"));
    CHECK(clock.sleeps().size() == 50);
}

TEST_CASE("the lock is a file that nobody can open, gone with its holder",
          "[session][write-back]") {
    testing::TemporaryFolder folder;
    const std::string file = folder.path() / "config";
    {
        const auto held = KubeconfigLock::try_lock(file);
        REQUIRE(held);

        CHECK(folder.mode("config.lock") == 0);
        CHECK_FALSE(KubeconfigLock::try_lock(file));
    }
    CHECK_FALSE(folder.has("config.lock"));
}

TEST_CASE("a user that is no longer there is not made up", "[session][write-back]") {
    testing::TemporaryFolder folder;
    folder.write("config", kKubeconfig);
    TokenUpdate gone = update(folder);
    gone.user = "other";

    CHECK_THROWS_WITH(write_back(gone, testing::ManualClock()),
                      Catch::Contains("user \"other\" with an auth-provider is no longer there"));
    CHECK(folder.read("config") == kKubeconfig);
    CHECK_FALSE(folder.has("config.lock"));
}

TEST_CASE("a kubeconfig that is gone or broken is an error, never an empty file",
          "[session][write-back]") {
    testing::TemporaryFolder folder;

    CHECK_THROWS_AS(write_back(update(folder), testing::ManualClock()), Error);
    folder.write("config", "users: [");
    CHECK_THROWS_AS(write_back(update(folder), testing::ManualClock()), Error);
    CHECK(folder.read("config") == "users: [");
}

}  // namespace
}  // namespace kcert::session
