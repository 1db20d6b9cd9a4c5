// SPDX-License-Identifier: Apache-2.0

#include <filesystem>

#include <catch2/catch.hpp>

#include "plugin/session/fixtures.h"
#include "session/loading.h"
#include "support/temporary_folder.h"

namespace kcert::session {
namespace {

using Files = std::vector<std::string>;

TEST_CASE("KUBECONFIG is a list, else there is one file in the home folder", "[session][unit]") {
    CHECK(usual_files({.home = "/home/user"}) == Files{"/home/user/.kube/config"});
    CHECK(usual_files({.kubeconfig = "/a::/b:/a", .home = "/home/user"}) == Files{"/a", "/b"});
    CHECK(usual_files({.kubeconfig = ":", .home = "/home/user"}).empty());
    CHECK(usual_files({}).empty());
}

TEST_CASE("the first file that has an entry supplies the whole of it", "[session][unit]") {
    Kubeconfig first;
    first.clusters["c"].server = "https://first.test";
    first.users["u"].token = Sensitive("first");
    Kubeconfig second;
    second.clusters["c"] = {.server = "https://second.test", .tls_server_name = "second"};
    second.clusters["d"].server = "https://d.test";
    second.current_context = "prod";
    Kubeconfig third;
    third.current_context = "other";

    const Kubeconfig merged = merge(std::vector<Kubeconfig>{first, second, third});

    CHECK(merged.clusters.at("c") == Cluster{.server = "https://first.test"});
    CHECK(merged.clusters.at("d").server == "https://d.test");
    CHECK(merged.users.size() == 1);
    CHECK(merged.current_context == "prod");
}

TEST_CASE("paths are seen from the file that has them, a bare command from PATH",
          "[session][unit]") {
    Kubeconfig config;
    config.clusters["c"].certificate_authority = "ca.crt";
    config.clusters["d"].certificate_authority = "./";
    config.users["u"] = {.client_certificate = "../c.pem",
                         .client_key = "/keys/c.key",
                         .token_file = "t",
                         .exec = ExecConfig{.command = "bin/login"}};
    config.users["v"].exec = ExecConfig{.command = "login"};

    resolve_paths(config, "/home/user/.kube/config");

    CHECK(config.clusters.at("c").certificate_authority == "/home/user/.kube/ca.crt");
    CHECK(config.clusters.at("d").certificate_authority == "/home/user/.kube");
    CHECK(config.users.at("u").client_certificate == "/home/user/c.pem");
    CHECK(config.users.at("u").client_key == "/keys/c.key");
    CHECK(config.users.at("u").token_file == "/home/user/.kube/t");
    CHECK(config.users.at("u").exec->command == "/home/user/.kube/bin/login");
    CHECK(config.users.at("v").exec->command == "login");
}

TEST_CASE("a path of a file named from the working folder becomes absolute", "[session][unit]") {
    Kubeconfig config;
    config.users["u"].token_file = "t";

    resolve_paths(config, "folder/config");

    CHECK(config.users.at("u").token_file ==
          (std::filesystem::current_path() / "folder/t").native());
}

TEST_CASE("files that are not there are passed over, empty ones are empty", "[session][unit]") {
    const testing::TemporaryFolder folder;
    folder.write("empty", "");
    folder.write("good", "users: [{name: u, user: {tokenFile: t}}]");
    const std::string base = folder.path().native();

    const Kubeconfig config =
        load_kubeconfig("", {.kubeconfig = base + "/none:" + base + "/empty:" + base + "/good"});

    CHECK(config.users.at("u").name == "u");
    CHECK(config.users.at("u").file == base + "/good");
    CHECK(config.users.at("u").token_file == base + "/t");
    CHECK(load_kubeconfig("", {.home = base}).users.empty());
}

TEST_CASE("the flag --kubeconfig is the only file and has to be there", "[session][unit]") {
    const testing::TemporaryFolder folder;
    const std::string base = folder.path().native();
    folder.write("a", "current-context: a");
    folder.write("b", "current-context: b");

    CHECK(load_kubeconfig(base + "/a", {.kubeconfig = base + "/b"}).current_context == "a");
    CHECK(told([&] { load_kubeconfig(base + "/none", {.kubeconfig = base + "/b"}); }) ==
          "error: stat " + base + "/none: no such file or directory");
    CHECK(told([&] { load_kubeconfig(base, {}); }) ==
          "error: error loading config file \"" + base + "\": read " + base + ": is a directory");
}

TEST_CASE("one wrong file is told as an error, several are listed", "[session][unit]") {
    const testing::TemporaryFolder folder;
    const std::string base = folder.path().native();
    folder.write("a", "kind: Foo");
    folder.write("b", "current-context: 5");
    folder.write("good", "current-context: x");
    const std::string first = "error loading config file \"" + base +
                              "/a\": no kind \"Foo\" is registered for version \"v1\"";

    CHECK(told([&] { load_kubeconfig("", {.kubeconfig = base + "/good:" + base + "/a"}); }) ==
          "error: " + first);
    CHECK(told([&] { load_kubeconfig("", {.kubeconfig = base + "/a:" + base + "/b"}); }) ==
          first + "\nerror loading config file \"" + base +
              "/b\": json: cannot unmarshal number into Go struct field Config.current-context of "
              "type string");
}

}  // namespace
}  // namespace kcert::session
