// SPDX-License-Identifier: Apache-2.0

#include <catch2/catch.hpp>

#include "session/validation.h"
#include "support/temporary_folder.h"

namespace kcert::session {
namespace {

using Faults = std::vector<std::string>;

TEST_CASE("a cluster's settings that exclude each other are told", "[session][unit]") {
    const testing::TemporaryFolder folder;
    folder.write("ca.crt", "");
    const std::string file = (folder.path() / "ca.crt").native();

    CHECK(faults_of("c", Cluster{.certificate_authority = file}).empty());
    CHECK(faults_of("c",
                    Cluster{.certificate_authority = file, .certificate_authority_data = "pem"}) ==
          Faults{"certificate-authority-data and certificate-authority are both specified for c. "
                 "certificate-authority-data will override."});
    CHECK(faults_of("c", Cluster{.certificate_authority = "/nonexistent/ca"}) ==
          Faults{"unable to read certificate-authority /nonexistent/ca for c due to open "
                 "/nonexistent/ca: no such file or directory"});
}

TEST_CASE("a proxy is reached by http, https or socks5", "[session][unit]") {
    CHECK(proxy_fault("http://proxy.test:3128").empty());
    CHECK(proxy_fault("HTTPS://user:pw@proxy.test").empty());
    CHECK(proxy_fault("socks5://proxy.test").empty());
    CHECK(proxy_fault("ftp://x") == "unsupported scheme \"ftp\", must be http, https, or socks5");
    CHECK(proxy_fault("proxy:3128") ==
          "unsupported scheme \"proxy\", must be http, https, or socks5");
    CHECK(proxy_fault("//proxy") == "unsupported scheme \"\", must be http, https, or socks5");
    CHECK(proxy_fault("http://[::") == "could not parse: http://[::");
}

TEST_CASE("a proxy's password is not shown", "[session][unit]") {
    CHECK(faults_of("c", Cluster{.proxy_url = "ftp://user:pw@x"}) ==
          Faults{"invalid 'proxy-url' \"ftp://xxxxx@x\" for cluster \"c\": unsupported scheme "
                 "\"ftp\", must be http, https, or socks5"});
    CHECK(proxy_fault("http://user:pw@[::").find("pw") == std::string::npos);
}

TEST_CASE("a client certificate needs its key, each given once", "[session][unit]") {
    CHECK(faults_of("u", User{.client_certificate_data = "pem", .client_key_data = Sensitive("k")})
              .empty());
    CHECK(faults_of("u", User{.client_key = "/nonexistent/key"}).empty());
    CHECK(faults_of("u", User{.client_certificate = "/nonexistent/c"}) ==
          Faults{"client-key-data or client-key must be specified for u to use the clientCert "
                 "authentication method.",
                 "unable to read client-cert /nonexistent/c for u due to open /nonexistent/c: no "
                 "such file or directory"});
    CHECK(faults_of("u", User{.client_certificate = "/nonexistent/c",
                              .client_certificate_data = "pem",
                              .client_key = "/nonexistent/k",
                              .client_key_data = Sensitive("k")}) ==
          Faults{"client-cert-data and client-cert are both specified for u. client-cert-data will "
                 "override.",
                 "client-key-data and client-key are both specified for u; client-key-data will "
                 "override",
                 "unable to read client-cert /nonexistent/c for u due to open /nonexistent/c: no "
                 "such file or directory",
                 "unable to read client-key /nonexistent/k for u due to open /nonexistent/k: no "
                 "such file or directory"});
}

TEST_CASE("a token and a password are one proof too many", "[session][unit]") {
    CHECK(faults_of("u", User{.username = "n", .password = Sensitive("p")}).empty());
    CHECK(faults_of("u", User{.token = Sensitive("t"), .username = "n"}) ==
          Faults{"more than one authentication method found for u; found [token basicAuth], only "
                 "one is allowed"});
}

TEST_CASE("groups are asked for only together with a user", "[session][unit]") {
    CHECK(faults_of("u", User{.as = "other", .as_groups = {"g"}}).empty());
    for (const User& user :
         {User{.as_uid = "1"}, User{.as_groups = {"g"}}, User{.as_user_extra = {{"k", {"v"}}}}}) {
        CHECK(faults_of("u", user) ==
              Faults{"requesting uid, groups or user-extra for u without impersonating a user"});
    }
}

TEST_CASE("an exec plugin is described in full", "[session][unit]") {
    User user;
    user.exec = ExecConfig{};
    CHECK(faults_of("u", user) ==
          Faults{"command must be specified for u to use exec authentication plugin",
                 "apiVersion must be specified for u to use exec authentication plugin",
                 "interactiveMode must be specified for u to use exec authentication plugin"});

    user.exec = ExecConfig{
        .api_version = "v", .command = "c", .env = {{"", "x"}}, .interactive_mode = "Maybe"};
    user.auth_provider = AuthProvider{.name = "oidc"};
    CHECK(faults_of("u", user) ==
          Faults{"authProvider cannot be provided in combination with an exec plugin for u",
                 "env variable name must be specified for u to use exec authentication plugin",
                 "invalid interactiveMode for u: \"Maybe\""});
}

}  // namespace
}  // namespace kcert::session
