// SPDX-License-Identifier: Apache-2.0

#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "session/exec_credentials.h"
#include "support/manual_clock.h"
#include "support/scripted_http.h"
#include "support/temporary_folder.h"

namespace kcert::session {
namespace {

/// Scripts as plugins, and what the person saw.
struct Desk {
    std::string plugin(const std::string& body, const std::string& name = "plugin") {
        folder.write(name, "#!/bin/sh\n" + body + "\n");
        std::filesystem::permissions(folder.path() / name, std::filesystem::perms::owner_all);
        return folder.path() / name;
    }

    CredentialsWorld world() {
        return {.clock = clock,
                .http = http,
                .environment = {"PATH=/bin:/usr/bin", "HOME=/h"},
                .warn = [](const std::string&) {},
                .talk = [this](const std::string& text) { talk += text; }};
    }

    ExecCredentials credentials(const std::string& command) {
        return ExecCredentials(config(command), {.server = "https://a.test"}, world());
    }

    static ExecConfig config(const std::string& command) {
        return {.api_version = "client.authentication.k8s.io/v1",
                .command = command,
                .interactive_mode = "Never"};
    }

    /// A plugin that counts its runs in its token.
    std::string counting(const std::string& more = "") {
        return plugin("echo run >> " + (folder.path() / "runs").native() + "\nn=$(grep -c run " +
                      (folder.path() / "runs").native() + ")\n" +
                      "echo '{\"kind\":\"ExecCredential\",\"apiVersion\":"
                      "\"client.authentication.k8s.io/v1\",\"status\":{\"token\":\"t'$n'\"" +
                      more + "}}'");
    }

    testing::TemporaryFolder folder;
    testing::ManualClock clock;
    testing::ScriptedHttp http;
    std::string talk;
};

net::Request prepared(ExecCredentials& credentials) {
    net::Request request;
    credentials.add_to(request, {});
    return request;
}

std::string authorization(const net::Request& request) {
    return request.headers.empty() ? "" : request.headers.at(0).second;
}

TEST_CASE("a plugin runs once and its token is used again", "[session][exec]") {
    Desk desk;
    ExecCredentials credentials = desk.credentials(desk.counting());

    CHECK(authorization(prepared(credentials)) == "Bearer t1");
    CHECK(authorization(prepared(credentials)) == "Bearer t1");
    CHECK(desk.folder.read("runs") == "run\n");
}

TEST_CASE("many threads that ask at once run the plugin once", "[session][exec]") {
    Desk desk;
    ExecCredentials credentials = desk.credentials(desk.counting());

    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 8; ++i) {
            threads.emplace_back([&] { prepared(credentials); });
        }
    }

    CHECK(desk.folder.read("runs") == "run\n");
}

TEST_CASE("an expired token is fetched again, not before", "[session][exec]") {
    Desk desk;
    ExecCredentials credentials =
        desk.credentials(desk.counting(R"(,"expirationTimestamp":"2026-11-23T00:10:00Z")"));
    prepared(credentials);

    desk.clock.advance(std::chrono::minutes(10));
    CHECK(authorization(prepared(credentials)) == "Bearer t1");
    desk.clock.advance(std::chrono::seconds(1));
    CHECK(authorization(prepared(credentials)) == "Bearer t2");
}

TEST_CASE("a refused token is fetched again for the next request, once for all that carried it",
          "[session][exec]") {
    Desk desk;
    ExecCredentials credentials = desk.credentials(desk.counting());
    const net::Request first = prepared(credentials);
    const net::Request second = prepared(credentials);

    credentials.refused(first);
    CHECK(authorization(prepared(credentials)) == "Bearer t2");
    credentials.refused(second);
    CHECK(authorization(prepared(credentials)) == "Bearer t2");
}

TEST_CASE("a request that has its Authorization runs no plugin", "[session][exec]") {
    Desk desk;
    ExecCredentials credentials = desk.credentials(desk.counting());
    net::Request request{.headers = {{"authorization", "Bearer mine"}}};

    credentials.add_to(request, {});

    CHECK(request.headers.size() == 1);
    CHECK_FALSE(desk.folder.has("runs"));
}

TEST_CASE("a plugin's certificate goes into the Route", "[session][exec]") {
    Desk desk;
    ExecCredentials credentials = desk.credentials(desk.plugin(
        R"(echo '{"apiVersion":"client.authentication.k8s.io/v1","status":{)"
        R"("clientCertificateData":"-----BEGIN CERTIFICATE-----","clientKeyData":"-----BEGIN )"
        R"(PRIVATE KEY-----"}}')"));

    const net::Request request = prepared(credentials);

    CHECK(request.headers.empty());
    CHECK(request.route.client_cert_pem == "-----BEGIN CERTIFICATE-----");
    CHECK(request.route.client_key_pem.reveal() == "-----BEGIN PRIVATE KEY-----");
}

TEST_CASE("a plugin is told what it needs: environment, arguments, cluster with its CA",
          "[session][exec]") {
    Desk desk;
    desk.folder.write("ca.pem", "PEM");
    ExecConfig config =
        Desk::config(desk.plugin("echo \"$1 $HOME $OWN $KUBERNETES_EXEC_INFO\" >&2; exit 1"));
    config.args = {"get token"};
    config.env = {{"OWN", "mine"}};
    config.provide_cluster_info = true;
    ExecCredentials credentials(
        config,
        {.server = "https://a.test", .certificate_authority = desk.folder.path() / "ca.pem"},
        desk.world());

    CHECK_THROWS_AS(prepared(credentials), Error);

    CHECK(desk.talk ==
          R"(get token /h mine {"kind":"ExecCredential","apiVersion":)"
          R"("client.authentication.k8s.io/v1","spec":{"cluster":{"server":"https://a.test",)"
          R"("certificate-authority-data":"UEVN","config":null},"interactive":false}})"
          "\n");
}

TEST_CASE("what a plugin says reaches the person without its escape sequences", "[session][exec]") {
    Desk desk;
    ExecCredentials credentials =
        desk.credentials(desk.plugin(R"(printf 'Open \033[31mhttps://login.test\n' >&2; exit 3)"));

    CHECK_THROWS_WITH(prepared(credentials), "getting credentials: exec: executable " +
                                                 (desk.folder.path() / "plugin").native() +
                                                 " failed with exit code 3");
    CHECK(desk.talk == "Open \\x1b[31mhttps://login.test\n");
}

TEST_CASE("a plugin that is not installed is told with kubectl's help and its own hint",
          "[session][exec]") {
    Desk desk;
    ExecConfig config = Desk::config("no-such-plugin");
    config.install_hint = "try\n\x1b[31mred";
    ExecCredentials credentials(config, {}, desk.world());

    CHECK_THROWS_WITH(
        prepared(credentials),
        "getting credentials: exec: executable no-such-plugin not found\n\n"
        "It looks like you are trying to use a client-go credential plugin that is not "
        "installed.\n\n"
        "To learn more about this feature, consult the documentation available at:\n"
        "      https://kubernetes.io/docs/reference/access-authn-authz/authentication/"
        "#client-go-credential-plugins\n\n"
        "try\n\\x1b[31mred");
}

TEST_CASE("a path that leads nowhere is told as kubectl does", "[session][exec]") {
    Desk desk;
    ExecCredentials credentials = desk.credentials("/nonexistent/plugin");

    CHECK_THROWS_WITH(prepared(credentials),
                      "getting credentials: exec: fork/exec /nonexistent/plugin: no such file or "
                      "directory");
}

TEST_CASE("a plugin that must ask fails where there is no terminal", "[session][exec]") {
    Desk desk;
    ExecConfig config = Desk::config(desk.counting());
    config.interactive_mode = "Always";
    ExecCredentials credentials(config, {}, desk.world());

    CHECK_THROWS_WITH(prepared(credentials), Catch::Contains("standard input is not a terminal"));
    CHECK_FALSE(desk.folder.has("runs"));
}

TEST_CASE("a plugin that failed is run again by the next request", "[session][exec]") {
    Desk desk;
    ExecCredentials credentials = desk.credentials(desk.plugin("echo x >> $0.runs; exit 1"));

    CHECK_THROWS_AS(prepared(credentials), Error);
    CHECK_THROWS_AS(prepared(credentials), Error);
    CHECK(desk.folder.read("plugin.runs") == "x\nx\n");
}

TEST_CASE("who waits for another's plugin can be stopped", "[session][exec]") {
    Turns turns;
    const Turns::Turn turn = turns.take({});
    std::stop_source source;
    source.request_stop();

    CHECK_THROWS_AS(turns.take(source.get_token()), Error);
}

}  // namespace
}  // namespace kcert::session
