// SPDX-License-Identifier: Apache-2.0

#include "dns01/clouddns/google_login.h"

#include <catch2/catch.hpp>

#include "base/base64.h"
#include "base/error.h"
#include "base/text.h"
#include "support/jws_check.h"
#include "support/manual_clock.h"
#include "support/scripted_http.h"
#include "support/service_account.h"

namespace kcert::dns01::clouddns {
namespace {

using Catch::Matchers::Contains;

constexpr const char* kAnswer =
    R"({"access_token":"ya29.the-token","expires_in":3599,"token_type":"Bearer"})";

GoogleCredential account() {
    return read_google_credential(testing::text_of(testing::service_account()), KeyOrigin::Cluster,
                                  "the key");
}

GoogleCredential person() {
    return {.who = PersonalLogin{.client_id = Sensitive("id"),
                                 .client_secret = Sensitive("GOCSPX-secret"),
                                 .refresh_token = Sensitive("1//refresh-token"),
                                 .quota_project = "billed"},
            .audience = "https://oauth2.googleapis.com/token",
            .token_endpoint = "https://oauth2.googleapis.com/token"};
}

struct World {
    testing::ScriptedHttp http;
    testing::ManualClock clock;
    GoogleLogin login;

    explicit World(GoogleCredential credential = account())
        : login(std::move(credential), "my-project", http, clock) {}

    std::string failure() {
        try {
            login.ensure({});
        } catch (const Error& error) {
            return error.what();
        }
        return "nothing failed";
    }

    std::string refused(const std::string& description, const char* code = "invalid_grant") {
        http.reply(400, R"({"error":")" + std::string(code) + R"(","error_description":")" +
                            description + R"("})");
        return failure();
    }
};

TEST_CASE("a service account logs in with a JWT that its key signed", "[dns01][unit]") {
    World world;
    world.http.reply(200, kAnswer);

    world.login.ensure({});

    const net::Request& request = world.http.requests.at(0);
    CHECK(request.method == "POST");
    CHECK(request.url == "https://oauth2.googleapis.com/token");
    const std::string prefix =
        "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=";
    REQUIRE(request.body.starts_with(prefix));
    const std::vector<std::string> parts = split(request.body.substr(prefix.size()), '.');
    REQUIRE(parts.size() == 3);
    const testing::CheckedJws jws = testing::check_jws(
        json::write_json(json::Value::object(
            {{"protected", parts[0]}, {"payload", parts[1]}, {"signature", parts[2]}})),
        testing::service_account_key());
    CHECK(jws.fault.empty());
    CHECK(jws.header == json::parse_json(R"({"alg":"RS256","typ":"JWT","kid":"0123abcd"})"));
    CHECK(json::parse_json(jws.payload) ==
          json::parse_json(R"({"iss":"dns@my-project.iam.gserviceaccount.com",
                               "scope":"https://www.googleapis.com/auth/ndev.clouddns.readwrite",
                               "aud":"https://oauth2.googleapis.com/token",
                               "iat":1795392000,"exp":1795395600})"));
}

TEST_CASE("a person's login sends its refresh token and says whose quota it uses",
          "[dns01][unit]") {
    World world(person());
    world.http.reply(200, kAnswer);
    net::Request request;

    world.login.ensure({});
    world.login.authorize(request);

    CHECK(world.http.requests.at(0).body ==
          "grant_type=refresh_token&client_id=id&client_secret=GOCSPX-secret&"
          "refresh_token=1%2F%2Frefresh-token");
    CHECK(request.headers == net::Headers{{"Authorization", "Bearer ya29.the-token"},
                                          {"X-Goog-User-Project", "billed"}});
}

TEST_CASE("a token is fetched once, and again shortly before it expires", "[dns01][unit]") {
    World world;
    world.http.reply(200, kAnswer);
    world.http.reply(200, R"({"access_token":"second","expires_in":3599})");

    world.login.ensure({});
    world.clock.advance(std::chrono::minutes(54));
    world.login.ensure({});
    CHECK(world.http.requests.size() == 1);
    world.clock.advance(std::chrono::minutes(2));
    world.login.ensure({});

    CHECK(world.http.requests.size() == 2);
    CHECK(world.login.token().reveal() == "second");
}

TEST_CASE("an answer without a usable token is an error", "[dns01][unit]") {
    const char* body = GENERATE("", "[]", "{}", R"({"access_token":7})", R"({"access_token":""})",
                                R"({"access_token":"a\r\nHost: evil.test"})");
    World world;
    world.http.reply(200, body);

    CHECK_THAT(world.failure(), Contains("the answer holds no access token"));
}

TEST_CASE("how long a token lasts is not believed beyond reason", "[dns01][unit]") {
    const char* lasts = GENERATE("-5", "\"x\"", "9223372036854775807", "1.5", "null");
    World world;
    world.http.reply(200, std::string(R"({"access_token":"a","expires_in":)") + lasts + "}");

    CHECK(world.failure() == "nothing failed");
}

TEST_CASE("a refused key: what is wrong with it and what to do", "[dns01][unit]") {
    World world;

    CHECK_THAT(world.refused("Invalid JWT Signature."),
               Contains("does not know this key of dns@my-project.iam.gserviceaccount.com") &&
                   Contains("gcloud iam service-accounts keys create"));
    CHECK_THAT(
        world.refused("Invalid JWT: Token must be a short-lived token (60 minutes) and in a "
                      "reasonable timeframe. Check your iat and exp values in the JWT claim."),
        Contains("the time of this machine is wrong"));
    CHECK_THAT(world.refused("Invalid grant: account not found"), Contains("is not there"));
    CHECK_THAT(world.refused("no words of ours"),
               Contains("deleted or disabled") && Contains("(invalid_grant: no words of ours)"));
    CHECK_THAT(world.refused("Not allowed", "access_denied"),
               Contains("HTTP status 400 (access_denied: Not allowed)"));
}

TEST_CASE("a person's login that has expired asks for a new one", "[dns01][unit]") {
    World world(person());

    CHECK_THAT(world.refused("Token has been expired or revoked."),
               Contains("your own login has expired") &&
                   Contains("gcloud auth application-default login"));
}

TEST_CASE("what was sent is in no message, even where the endpoint repeats it", "[dns01][unit]") {
    World world(person());

    const std::string message = world.refused("secret GOCSPX-secret, token 1//refresh-token");

    CHECK_THAT(message, !Contains("GOCSPX") && !Contains("refresh-token") &&
                            Contains("words that show the credential"));
}

TEST_CASE("a page of a proxy is told by its status", "[dns01][unit]") {
    World world;
    world.http.reply(407, "<html>");

    CHECK_THAT(world.failure(), Contains("logging in at https://oauth2.googleapis.com/token") &&
                                    Contains("HTTP status 407"));
}

TEST_CASE("a stopped login is Cancelled", "[dns01][unit]") {
    World world;
    std::stop_source stop;
    stop.request_stop();

    try {
        world.login.ensure(stop.get_token());
        FAIL("nothing was thrown");
    } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::Cancelled);
    }
}

}  // namespace
}  // namespace kcert::dns01::clouddns
