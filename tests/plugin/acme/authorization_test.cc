// SPDX-License-Identifier: Apache-2.0

#include "acme/authorization.h"

#include <catch2/catch.hpp>

#include "acme/order.h"
#include "json/json.h"
#include "support/acme_world.h"

namespace kcert::acme {

namespace {

using testing::AcmeWorld;
using testing::first;

const net::Outcome kCut = Error(ErrorKind::Transport, "ca.test:443: connection reset");

/// The answers to every challenge of a new order.
std::vector<ChallengeAnswer> answers(AcmeWorld& world, int count) {
    const Order order = new_order(world.transport, {.names = testing::names(count)}, {});
    std::vector<ChallengeAnswer> made;
    for (const Authorization& authorization :
         fetch_authorizations(world.transport, order.authorizations, {})) {
        made.push_back({dns01_challenge(authorization).url, authorization.url});
    }
    return made;
}

}  // namespace

TEST_CASE("authorizations are fetched with their names, wildcards marked",
          "[acme][authorization]") {
    AcmeWorld world;
    world.with_account();
    const Order order = new_order(world.transport, {.names = {"example.com", "*.example.com"}}, {});

    const std::vector<Authorization> found =
        fetch_authorizations(world.transport, order.authorizations, {});

    REQUIRE(found.size() == 2);
    CHECK(found[0].name == "example.com");
    CHECK(found[1].name == "*.example.com");
    CHECK(found[1].status == AuthorizationStatus::Pending);
    CHECK(dns01_challenge(found[1]).token == "token_1");
}

TEST_CASE("challenge types and members that nobody knows are passed over",
          "[acme][authorization]") {
    AcmeWorld world;
    world.with_account();
    world.ca.extra_challenge = json::parse_json(
        R"({"type":"dns-persist-01","issuer-domain-names":["ca.test"],"token":null,"status":9})");

    const std::vector<ChallengeAnswer> made = answers(world, 1);

    CHECK(made[0].challenge_url == "https://ca.test/challenge/0");
}

TEST_CASE("a name for which dns-01 is not offered lists what is", "[acme][authorization]") {
    const Authorization authorization{.name = "a.test",
                                      .challenges = {{.type = "http-01"}, {.type = "tls-alpn-01"}}};

    CHECK_THROWS_WITH(
        dns01_challenge(authorization),
        Catch::Contains("does not offer dns-01 for a.test, only: http-01, tls-alpn-01"));
}

TEST_CASE("a token that is not base64url is refused and not shown", "[acme][authorization]") {
    const std::string token = GENERATE("", "a b", "x\n", "../../etc");
    const Authorization authorization{
        .name = "a.test",
        .challenges = {{.type = "dns-01", .url = "https://ca.test/c", .token = token}}};

    CHECK_THROWS_WITH(dns01_challenge(authorization), Catch::Contains("token for a.test"));
}

TEST_CASE("a key authorization is the token and the key's thumbprint", "[acme][authorization]") {
    CHECK(key_authorization("token", "thumb").reveal() == "token.thumb");
}

TEST_CASE("challenges are answered all together", "[acme][authorization]") {
    AcmeWorld world;
    world.with_account();
    const std::vector<ChallengeAnswer> made = answers(world, 10);
    const int before = world.ca.round_trips;

    answer_challenges(world.transport, made, {});

    CHECK(world.ca.counts["challenge"] == 10);
    CHECK(world.ca.round_trips - before == 1);
    CHECK(world.ca.faults.empty());
}

TEST_CASE("an answer to a challenge whose fate is unknown is followed by a look",
          "[acme][authorization]") {
    AcmeWorld world;
    world.with_account();
    const std::vector<ChallengeAnswer> made = answers(world, 3);

    SECTION("it took effect") {
        world.ca.afterwards = first(1, "challenge", kCut);
        answer_challenges(world.transport, made, {});
        CHECK(world.ca.counts["challenge"] == 3);
        CHECK(world.ca.counts["authz"] == 4);
    }
    SECTION("it did not arrive") {
        world.ca.instead = first(1, "challenge", kCut);
        answer_challenges(world.transport, made, {});
        CHECK(world.ca.counts["challenge"] == 4);
    }
    SECTION("it never arrives") {
        world.ca.instead = first(99, "challenge", kCut);
        CHECK_THROWS_WITH(answer_challenges(world.transport, made, {}),
                          Catch::Contains("does not take the answer to 3 challenges"));
    }
}

TEST_CASE("a challenge that was answered before is no error", "[acme][authorization]") {
    AcmeWorld world;
    world.with_account();
    const std::vector<ChallengeAnswer> made = answers(world, 2);
    answer_challenges(world.transport, made, {});

    CHECK_NOTHROW(answer_challenges(world.transport, made, {}));
}

TEST_CASE("the CA's refusal of an open challenge names its domain", "[acme][authorization]") {
    AcmeWorld world;
    world.with_account();
    const std::vector<ChallengeAnswer> made = answers(world, 1);
    world.ca.instead = first(
        1, "challenge",
        net::Response{
            .status = 403,
            .headers = {{"replay-nonce", "n"}},
            .body = R"({"type":"urn:ietf:params:acme:error:unauthorized","detail":"paused"})"});

    CHECK_THROWS_WITH(answer_challenges(world.transport, made, {}),
                      Catch::Contains("name0.test: ") && Catch::Contains("paused"));
}

TEST_CASE("hostile statuses of an authorization are unknown, not valid", "[acme][authorization]") {
    AcmeWorld world;
    world.with_account();
    const std::string status = GENERATE(R"("VALID")", R"("valid ")", "1", "null", R"(["valid"])");
    world.ca.instead = first(
        1, "authz",
        net::Response{.status = 200,
                      .body = R"({"status":)" + status + R"(,"challenges":{"type":"dns-01"}})"});
    const std::string url = "https://ca.test/authz/0";

    const std::vector<Authorization> found = fetch_authorizations(world.transport, {&url, 1}, {});

    CHECK(found[0].status == AuthorizationStatus::Unknown);
    CHECK(found[0].challenges.empty());
}

}  // namespace kcert::acme
