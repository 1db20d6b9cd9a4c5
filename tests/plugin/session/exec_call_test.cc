// SPDX-License-Identifier: Apache-2.0

#include <filesystem>
#include <string>

#include <catch2/catch.hpp>

#include "session/exec_call.h"
#include "support/temporary_folder.h"

namespace kcert::session {
namespace {

constexpr std::string_view kV1 = "client.authentication.k8s.io/v1";

TEST_CASE("what a plugin is told is what kubectl tells it", "[session][unit]") {
    CHECK(exec_info(kV1, false, nullptr) ==
          R"({"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1",)"
          R"("spec":{"interactive":false}})");

    // Taken from kubectl 1.34.4, the CA aside.
    const Cluster cluster{
        .server = "https://127.0.0.1:18943/pre/",
        .tls_server_name = "x.test",
        .certificate_authority_data = "PEM",
        .proxy_url = "http://127.0.0.1:9",
        .exec_config = json::Value::object({{"a", 1}, {"b", json::Value::array({true})}})};
    CHECK(exec_info("client.authentication.k8s.io/v1beta1", true, &cluster) ==
          R"({"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1beta1",)"
          R"("spec":{"cluster":{"server":"https://127.0.0.1:18943/pre/",)"
          R"("tls-server-name":"x.test","certificate-authority-data":"UEVN",)"
          R"("proxy-url":"http://127.0.0.1:9","config":{"a":1,"b":[true]}},"interactive":true}})");
}

TEST_CASE("a cluster without extension has a null config, flags only where they are set",
          "[session][unit]") {
    const Cluster cluster{
        .server = "https://a", .insecure_skip_tls_verify = true, .disable_compression = true};

    CHECK_THAT(exec_info(kV1, false, &cluster),
               Catch::Contains(R"({"server":"https://a","insecure-skip-tls-verify":true,)"
                               R"("disable-compression":true,"config":null})"));
}

TEST_CASE("only v1 and v1beta1 are spoken", "[session][unit]") {
    CHECK_NOTHROW(check_exec_version(kV1));
    CHECK_NOTHROW(check_exec_version("client.authentication.k8s.io/v1beta1"));
    CHECK_THROWS_WITH(check_exec_version("client.authentication.k8s.io/v1alpha1"),
                      "exec plugin: invalid apiVersion \"client.authentication.k8s.io/v1alpha1\"");
}

TEST_CASE("a plugin may ask where its mode and the terminal allow it", "[session][unit]") {
    CHECK_FALSE(is_interactive("Never", true));
    CHECK(is_interactive("IfAvailable", true));
    CHECK_FALSE(is_interactive("IfAvailable", false));
    CHECK(is_interactive("Always", true));
    CHECK_THROWS_WITH(is_interactive("Always", false),
                      "exec plugin cannot support interactive mode: standard input is not a "
                      "terminal");
    CHECK_THROWS_WITH(is_interactive("Maybe", true), Catch::Contains("unknown interactiveMode"));
}

TEST_CASE("a plugin's own variables replace inherited ones, the last of a name counts",
          "[session][unit]") {
    CHECK(child_environment({"A=1", "B=2", "AB=3"}, {{"A", "x=y"}, {"C", "4"}, {"C", "5"}}) ==
          std::vector<std::string>{"B=2", "AB=3", "A=x=y", "C=5"});
}

TEST_CASE("a bare name is looked up in PATH, in folders that are named whole", "[session][unit]") {
    testing::TemporaryFolder folder;
    folder.write("plain/tool", "");
    folder.write("good/tool", "");
    std::filesystem::create_directories(folder.path() / "folder/tool");
    std::filesystem::permissions(folder.path() / "good/tool", std::filesystem::perms::owner_all);
    const std::string at = folder.path();

    CHECK(find_program("tool", {"A=b", "PATH=:.:" + at + "/none:" + at + "/plain:" + at +
                                           "/folder:" + at + "/good"}) == at + "/good/tool");
    CHECK_FALSE(find_program("tool", {"PATH=" + at + "/plain"}));
    CHECK_FALSE(find_program("tool", {"XPATH=" + at + "/good"}));
}

}  // namespace
}  // namespace kcert::session
