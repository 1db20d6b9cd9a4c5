// SPDX-License-Identifier: Apache-2.0

#include <filesystem>
#include <string>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "session/client_certificate.h"
#include "session/credentials.h"
#include "support/manual_clock.h"
#include "support/scripted_http.h"
#include "support/temporary_folder.h"

namespace kcert::session {
namespace {

const Cluster kCluster{.server = "https://a.test"};
const ExecConfig kExec{.api_version = "client.authentication.k8s.io/v1",
                       .command = "/nonexistent/plugin",
                       .interactive_mode = "Never"};

struct Desk {
    CredentialsWorld world() {
        return {.clock = clock,
                .http = http,
                .warn = [](const std::string&) {},
                .talk = [](const std::string&) {}};
    }

    net::Request prepared(const User& user, net::Request request = {.url = "https://a.test/api"}) {
        const auto credentials = make_credentials(user, kCluster, world());
        REQUIRE(credentials);
        credentials->add_to(request, {});
        return request;
    }

    testing::ManualClock clock;
    testing::ScriptedHttp http;
};

TEST_CASE("a user without any proof has no credentials", "[session][unit]") {
    Desk desk;

    CHECK_FALSE(make_credentials({.name = "me", .as = "other"}, kCluster, desk.world()));
}

TEST_CASE("token and basic auth become the Authorization header", "[session][unit]") {
    Desk desk;

    CHECK(desk.prepared({.token = Sensitive("t")}).headers ==
          net::Headers{{"Authorization", "Bearer t"}});
    CHECK(desk.prepared({.username = "Aladdin", .password = Sensitive("open sesame")}).headers ==
          net::Headers{{"Authorization", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="}});
}

TEST_CASE("an Authorization header that is there wins", "[session][unit]") {
    Desk desk;
    const net::Request given{.url = "https://a.test", .headers = {{"AUTHORIZATION", "Mine"}}};

    CHECK(desk.prepared({.token = Sensitive("t")}, given).headers.size() == 1);
    CHECK(desk.prepared({.username = "u"}, given).headers.size() == 1);
    CHECK(desk.prepared({.exec = kExec}, given).headers.size() == 1);
}

TEST_CASE("nothing is sent in the clear", "[session][unit]") {
    Desk desk;

    CHECK_FALSE(
        make_credentials({.token = Sensitive("t")}, {.server = "http://a.test"}, desk.world()));
    CHECK(desk.prepared({.token = Sensitive("t")}, {.url = "http://a.test/"}).headers.empty());
}

TEST_CASE("a client certificate goes beside a token, into the Route", "[session][unit]") {
    Desk desk;

    const net::Request request = desk.prepared({.client_certificate_data = "CERT",
                                                .client_key_data = Sensitive("KEY"),
                                                .token = Sensitive("t")});

    CHECK(request.route.client_cert_pem == "CERT");
    CHECK(request.route.client_key_pem.reveal() == "KEY");
    CHECK(request.headers.size() == 1);
}

TEST_CASE("an exec plugin is not run for a user who has something else", "[session][unit]") {
    Desk desk;

    CHECK_NOTHROW(desk.prepared({.token = Sensitive("t"), .exec = kExec}));
    CHECK_NOTHROW(desk.prepared({.username = "u", .exec = kExec}));
    CHECK_NOTHROW(desk.prepared(
        {.client_certificate_data = "CERT", .client_key_data = Sensitive("KEY"), .exec = kExec}));
    CHECK_THROWS_WITH(desk.prepared({.exec = kExec}), Catch::StartsWith("getting credentials: "));
}

TEST_CASE("an exec plugin of a version that is not spoken is refused at once", "[session][unit]") {
    Desk desk;
    ExecConfig old = kExec;
    old.api_version = "client.authentication.k8s.io/v1alpha1";

    CHECK_THROWS_WITH(
        make_credentials({.token = Sensitive("t"), .exec = old}, kCluster, desk.world()),
        "exec plugin: invalid apiVersion \"client.authentication.k8s.io/v1alpha1\"");
}

TEST_CASE("removed and unknown auth-providers are refused in kubectl's words", "[session][unit]") {
    Desk desk;
    const auto make = [&](const std::string& name) {
        make_credentials({.auth_provider = AuthProvider{.name = name}}, kCluster, desk.world());
    };

    CHECK_THROWS_WITH(make("azure"), Catch::StartsWith("The azure auth plugin has been removed.\n"
                                                       "Please use the https://github.com/Azure/"));
    CHECK_THROWS_WITH(make("gcp"), Catch::Contains("gke-gcloud-auth-plugin"));
    CHECK_THROWS_WITH(make("x"), "no Auth Provider found for name \"x\"");
    CHECK_THROWS_WITH(make("oidc"), "Must provide idp-issuer-url");
}

TEST_CASE("certificate files are read again when they change, and kept when they go",
          "[session][unit]") {
    Desk desk;
    testing::TemporaryFolder folder;
    folder.write("cert", "ONE");
    folder.write("key", "KEY");
    const auto credentials = make_credentials(
        {.client_certificate = folder.path() / "cert", .client_key = folder.path() / "key"},
        kCluster, desk.world());
    const auto certificate = [&] {
        net::Request request{.url = "https://a.test"};
        credentials->add_to(request, {});
        return request.route.client_cert_pem;
    };
    CHECK(certificate() == "ONE");

    folder.write("new", "TWO");
    std::filesystem::rename(folder.path() / "new", folder.path() / "cert");
    CHECK(certificate() == "TWO");
    std::filesystem::remove(folder.path() / "cert");
    CHECK(certificate() == "TWO");
}

TEST_CASE("a certificate file that is not there is told in kubectl's words", "[session][unit]") {
    PemSource source("client-cert", "me", Sensitive(), "/nonexistent/cert");

    CHECK_THROWS_WITH(source.content(),
                      "unable to read client-cert /nonexistent/cert for me due to open "
                      "/nonexistent/cert: no such file or directory");
}

}  // namespace
}  // namespace kcert::session
