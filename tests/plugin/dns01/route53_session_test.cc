// SPDX-License-Identifier: Apache-2.0

#include "dns01/route53/aws_session.h"

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "base/error.h"
#include "base/timestamp.h"
#include "support/manual_clock.h"
#include "support/scripted_http.h"

namespace kcert::dns01::route53 {
namespace {

using Catch::Matchers::Contains;

const std::string kRole = "arn:aws:iam::123456789012:role/dns";
const std::string kSecret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const AwsScope kScope{.region = "us-east-1", .service = "route53"};

struct World {
    testing::ScriptedHttp http;
    testing::ManualClock clock;
    AwsLogin login = AwsCredentials{.access_key_id = "AKIAIOSFODNN7EXAMPLE",
                                    .secret_access_key = Sensitive(kSecret)};
    std::string role = kRole;

    AwsSession session() {
        return {login, role, {"https://sts.eu-west-1.amazonaws.com", "eu-west-1"}, http, clock};
    }

    void reply_session(const std::string& action, const std::string& key_id) {
        http.reply(200, fmt::format("<{0}Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/"
                                    "\"><{0}Result><Credentials><AccessKeyId>{1}</AccessKeyId>"
                                    "<SecretAccessKey>s</SecretAccessKey><SessionToken>token"
                                    "</SessionToken><Expiration>{2}</Expiration></Credentials>"
                                    "</{0}Result></{0}Response>",
                                    action, key_id, rfc3339(clock.now() + std::chrono::hours(1))));
    }
};

std::string authorization(const AwsSession& session) {
    net::Request request{.url = "https://route53.amazonaws.com/"};
    session.sign(request, kScope);
    return request.headers.back().second;
}

std::string failure(World& world) {
    AwsSession session = world.session();
    try {
        session.log_in({});
    } catch (const Error& error) {
        CHECK_THAT(error.what(), !Contains(kSecret) && !Contains("jwt"));
        return error.what();
    }
    return "nothing failed";
}

TEST_CASE("a key alone asks nobody", "[dns01][route53][unit]") {
    World world;
    world.role.clear();
    AwsSession session = world.session();

    session.log_in({});

    CHECK_THAT(authorization(session), Contains("Credential=AKIAIOSFODNN7EXAMPLE/20261123/"));
    CHECK(world.http.requests.empty());
}

TEST_CASE("a role is assumed once, by the key, and signs from then on", "[dns01][route53][unit]") {
    World world;
    world.reply_session("AssumeRole", "ASIAROLE");
    AwsSession session = world.session();

    session.log_in({});
    session.log_in({});

    CHECK_THAT(authorization(session),
               Contains("Credential=ASIAROLE/") && Contains("x-amz-security-token"));
    REQUIRE(world.http.requests.size() == 1);
    const net::Request& request = world.http.requests[0];
    CHECK(request.url == "https://sts.eu-west-1.amazonaws.com/");
    CHECK(request.body ==
          "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole"
          "%2Fdns&RoleSessionName=cert-manager");
    CHECK_THAT(request.headers.back().second,
               Contains("Credential=AKIAIOSFODNN7EXAMPLE/20261123/eu-west-1/sts/aws4_request"));
}

TEST_CASE("credentials are renewed before they expire", "[dns01][route53][unit]") {
    World world;
    world.reply_session("AssumeRole", "ASIAFIRST");
    AwsSession session = world.session();
    session.log_in({});

    world.clock.advance(std::chrono::minutes(54));
    session.log_in({});
    CHECK_THAT(authorization(session), Contains("ASIAFIRST"));

    world.clock.advance(std::chrono::minutes(2));
    world.reply_session("AssumeRole", "ASIASECOND");
    session.log_in({});
    CHECK_THAT(authorization(session), Contains("ASIASECOND"));
}

TEST_CASE("a web identity is exchanged without a signature, then the issuer's role assumed",
          "[dns01][route53][unit]") {
    World world;
    world.login = WebIdentity{.role = "arn:aws:iam::123456789012:role/pod",
                              .session_name = "me & you",
                              .token = Sensitive("jwt")};
    world.reply_session("AssumeRoleWithWebIdentity", "ASIAPOD");
    world.reply_session("AssumeRole", "ASIAROLE");
    AwsSession session = world.session();

    session.log_in({});

    REQUIRE(world.http.requests.size() == 2);
    CHECK(world.http.requests[0].headers.size() == 1);
    CHECK_THAT(world.http.requests[0].body, Contains("Action=AssumeRoleWithWebIdentity&") &&
                                                Contains("RoleSessionName=me%20%26%20you&") &&
                                                Contains("WebIdentityToken=jwt"));
    CHECK_THAT(world.http.requests[1].headers.back().second, Contains("Credential=ASIAPOD/"));
    CHECK_THAT(authorization(session), Contains("ASIAROLE"));
}

TEST_CASE("a role that may not be assumed is told with what is needed", "[dns01][route53][unit]") {
    World world;
    world.http.reply(403,
                     "<ErrorResponse><Error><Code>AccessDenied</Code><Message>User is not "
                     "authorized, " +
                         kSecret + "</Message></Error></ErrorResponse>");

    CHECK_THAT(failure(world), Contains("route53: assuming the role " + kRole) &&
                                   Contains("the credential needs sts:AssumeRole on the role") &&
                                   Contains("trust policy"));
}

TEST_CASE("an answer of STS without credentials is none", "[dns01][route53][unit]") {
    World world;
    world.http.reply(200, GENERATE("<AssumeRoleResponse/>", "{}", "<html/>"));

    CHECK_THAT(failure(world), Contains("route53: assuming the role") && Contains("the answer"));
}

TEST_CASE("a busy STS is asked again", "[dns01][route53][unit]") {
    World world;
    world.http.reply(400, "<ErrorResponse><Error><Code>Throttling</Code></Error></ErrorResponse>");
    world.reply_session("AssumeRole", "ASIAROLE");

    CHECK(failure(world) == "nothing failed");
}

}  // namespace
}  // namespace kcert::dns01::route53
