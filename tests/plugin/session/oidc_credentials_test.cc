// SPDX-License-Identifier: Apache-2.0

#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "base/base64.h"
#include "base/error.h"
#include "json/yaml.h"
#include "session/oidc_credentials.h"
#include "support/manual_clock.h"
#include "support/scripted_http.h"
#include "support/temporary_folder.h"

namespace kcert::session {
namespace {

/// ManualClock begins on 2026-11-23 at midnight: 1795392000.
std::string token(int seconds_from_start) {
    return "e30." +
           base64url_encode("{\"exp\":" + std::to_string(1795392000LL + seconds_from_start) + "}") +
           ".c2ln";
}

struct Desk {
    User user(const std::string& id_token, const std::string& refresh_token) {
        AuthProvider provider{.name = "oidc"};
        const auto set = [&provider](const char* name, const std::string& value) {
            provider.config.emplace_back(name, Sensitive(value));
        };
        set("idp-issuer-url", "https://idp.test/realm/");
        set("client-id", "my app");
        set("client-secret", "s3&cret");
        set("idp-certificate-authority-data", base64_encode("CA"));
        set("id-token", id_token);
        set("refresh-token", refresh_token);
        return {.name = "me", .file = file, .auth_provider = provider};
    }

    CredentialsWorld world() {
        return {.clock = clock,
                .http = http,
                .warn = [this](const std::string& text) { warnings.push_back(text); },
                .talk = [](const std::string&) {}};
    }

    void discover() { http.reply(200, R"({"token_endpoint":"https://idp.test/token"})"); }

    void write_kubeconfig() {
        folder.write("config",
                     "users: [{name: me, user: {auth-provider: {name: oidc, config: {}}}}]\n");
        file = folder.path() / "config";
    }

    testing::TemporaryFolder folder;
    testing::ManualClock clock;
    testing::ScriptedHttp http;
    std::vector<std::string> warnings;
    std::string file;
};

std::string authorization_of(OidcCredentials& credentials) {
    net::Request request;
    credentials.add_to(request, {});
    return request.headers.at(0).second;
}

TEST_CASE("an id-token that holds is used without a question", "[session][oidc]") {
    Desk desk;
    OidcCredentials credentials(desk.user(token(60), ""), desk.world());

    CHECK(authorization_of(credentials) == "Bearer " + token(60));
    CHECK(desk.http.requests.empty());
}

TEST_CASE("an id-token about to expire is refreshed at the issuer's token endpoint",
          "[session][oidc]") {
    Desk desk;
    desk.write_kubeconfig();
    OidcCredentials credentials(desk.user(token(5), "r 1"), desk.world());
    desk.discover();
    desk.http.reply(200, "{\"id_token\":\"" + token(3600) + "\",\"refresh_token\":\"r2\"}");

    CHECK(authorization_of(credentials) == "Bearer " + token(3600));
    CHECK(authorization_of(credentials) == "Bearer " + token(3600));

    REQUIRE(desk.http.requests.size() == 2);
    CHECK(desk.http.requests[0].url == "https://idp.test/realm/.well-known/openid-configuration");
    CHECK(desk.http.requests[0].route.ca_pem == "CA");
    const net::Request& request = desk.http.requests[1];
    CHECK(request.method == "POST");
    CHECK(request.url == "https://idp.test/token");
    CHECK(request.body == "grant_type=refresh_token&refresh_token=r%201");
    CHECK(request.headers.back().second == "Basic " + base64_encode("my%20app:s3%26cret"));
    CHECK(request.route.ca_pem == "CA");
    const json::Value written = json::parse_yaml(desk.folder.read("config")).at(0);
    const json::Value& config =
        written["users"].as_array().at(0).at({"user", "auth-provider", "config"});
    CHECK(config.text({"id-token"}) == token(3600));
    CHECK(config.text({"refresh-token"}) == "r2");
    CHECK(desk.warnings.empty());
}

TEST_CASE("a server that knows the client's secret only in the body gets it there",
          "[session][oidc]") {
    Desk desk;
    OidcCredentials credentials(desk.user("", "r1"), desk.world());
    desk.discover();
    desk.http.reply(401, R"({"error":"invalid_client"})");
    desk.http.reply(200, "{\"id_token\":\"" + token(3600) + "\"}");

    authorization_of(credentials);

    CHECK(desk.http.requests.at(2).body ==
          "grant_type=refresh_token&refresh_token=r1&client_id=my%20app&client_secret=s3%26cret");
}

TEST_CASE("a run goes on with tokens that could not be stored, and says so", "[session][oidc]") {
    Desk desk;
    desk.file = "/nonexistent/config";
    OidcCredentials credentials(desk.user("", "r1"), desk.world());
    desk.discover();
    desk.http.reply(200, "{\"id_token\":\"" + token(3600) + "\",\"refresh_token\":\"r2\"}");

    CHECK(authorization_of(credentials) == "Bearer " + token(3600));

    REQUIRE(desk.warnings.size() == 1);
    CHECK_THAT(desk.warnings[0], Catch::StartsWith("could not persist new tokens: ") &&
                                     Catch::Contains("log in again") && !Catch::Contains("r2") &&
                                     !Catch::Contains(token(3600)));
}

TEST_CASE("a refused id-token is refreshed for the next request", "[session][oidc]") {
    Desk desk;
    OidcCredentials credentials(desk.user(token(600), "r1"), desk.world());
    net::Request request;
    credentials.add_to(request, {});
    desk.discover();
    desk.http.reply(200, "{\"id_token\":\"" + token(3600) + "\"}");

    credentials.refused(request);

    CHECK(authorization_of(credentials) == "Bearer " + token(3600));
}

TEST_CASE("what is missing is told in client-go's words", "[session][oidc]") {
    Desk desk;
    User bare{.auth_provider = AuthProvider{.name = "oidc"}};
    OidcCredentials expired(desk.user(token(5), ""), desk.world());
    OidcCredentials broken(desk.user("abc", "r1"), desk.world());

    CHECK_THROWS_WITH(OidcCredentials(bare, desk.world()), "Must provide idp-issuer-url");
    CHECK_THROWS_WITH(authorization_of(expired),
                      "No valid id-token, and cannot refresh without refresh-token");
    CHECK_THROWS_WITH(authorization_of(broken), "ID Token is not a valid JWT");
}

TEST_CASE("an issuer that refuses is quoted, its other words are not", "[session][oidc]") {
    Desk desk;
    OidcCredentials credentials(desk.user("", "r1"), desk.world());
    desk.discover();
    desk.http.reply(400,
                    R"({"error":"invalid_grant","error_description":"gone\u001b","x":"s3cret"})");

    CHECK_THROWS_WITH(authorization_of(credentials),
                      "failed to refresh token: oauth2: HTTP status 400 \"invalid_grant\" "
                      "\"gone\\x1b\"");
    CHECK(desk.http.requests.size() == 2);  // the client was believed: nothing else to try
}

TEST_CASE("an issuer that refuses the client in both ways is quoted as well", "[session][oidc]") {
    Desk desk;
    OidcCredentials credentials(desk.user("", "r1"), desk.world());
    desk.discover();
    for (int i = 0; i < 2; ++i) {
        desk.http.reply(401, R"({"error":"invalid_client"})");
    }

    CHECK_THROWS_WITH(authorization_of(credentials),
                      "failed to refresh token: oauth2: HTTP status 401 \"invalid_client\"");
    CHECK(desk.http.requests.size() == 3);
}

TEST_CASE("an issuer without token endpoint, or without id-token, is an error", "[session][oidc]") {
    Desk desk;
    OidcCredentials credentials(desk.user("", "r1"), desk.world());

    desk.http.reply(200, "{}");
    CHECK_THROWS_WITH(authorization_of(credentials), Catch::Contains("token_endpoint"));
    desk.http.reply(502, "<html>");
    CHECK_THROWS_WITH(authorization_of(credentials),
                      "oidc: failed to query metadata endpoint 502: \"<html>\"");
    desk.discover();
    desk.http.reply(200, R"({"access_token":"a"})");
    CHECK_THROWS_WITH(authorization_of(credentials),
                      Catch::StartsWith("token response did not contain an id_token"));
}

TEST_CASE("a refresh token is sent to nobody in the clear", "[session][oidc]") {
    Desk desk;
    OidcCredentials credentials(desk.user("", "r1"), desk.world());
    desk.http.reply(200, R"({"token_endpoint":"http://idp.test/token"})");

    CHECK_THROWS_WITH(authorization_of(credentials), Catch::Contains("is no https URL"));
    CHECK(desk.http.requests.size() == 1);
}

}  // namespace
}  // namespace kcert::session
