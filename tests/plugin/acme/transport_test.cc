// SPDX-License-Identifier: Apache-2.0

#include "acme/transport.h"

#include <catch2/catch.hpp>

#include "support/acme_world.h"

namespace kcert::acme {

namespace {

using testing::AcmeWorld;
using testing::first;

/// POST-as-GETs of `count` authorizations of one order.
std::vector<Post> authz_posts(AcmeWorld& world, int count) {
    std::string identifiers;
    for (const std::string& name : testing::names(count)) {
        identifiers += R"({"type":"dns","value":")" + name + R"("},)";
    }
    identifiers.pop_back();
    world.transport.post(
        {.url = "https://ca.test/new-order", .payload = R"({"identifiers":[)" + identifiers + "]}"},
        {});
    std::vector<Post> posts;
    posts.reserve(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) {
        posts.push_back({.url = "https://ca.test/authz/" + std::to_string(i)});
    }
    return posts;
}

const net::Outcome kCut = Error(ErrorKind::Transport, "ca.test:443: connection reset");

net::Response busy(int status, std::string after) {
    return {.status = status,
            .headers = {{"retry-after", std::move(after)}},
            .body = R"({"type":"urn:ietf:params:acme:error:rateLimited","detail":"slow down"})"};
}

}  // namespace

TEST_CASE("a batch keeps ten requests in flight and answers in order", "[acme][transport]") {
    AcmeWorld world;
    world.with_account();
    const std::vector<Post> posts = authz_posts(world, 25);
    const int before = world.ca.round_trips;

    const std::vector<PostOutcome> outcomes = world.transport.post_all(posts, {});

    REQUIRE(outcomes.size() == 25);
    CHECK_THAT(answer(outcomes[0]).body, Catch::Contains("name0.test"));
    CHECK_THAT(answer(outcomes[24]).body, Catch::Contains("name24.test"));
    CHECK(world.ca.faults.empty());
    CHECK(world.ca.most_in_flight == 10);
    CHECK(world.ca.round_trips - before <= 4);
    CHECK(world.ca.counts["nonce"] <= 10);
}

TEST_CASE("no more nonces are asked for than posts are in flight at once", "[acme][transport]") {
    const int count = GENERATE(1, 2, 5);
    AcmeWorld world;
    world.with_account();

    world.transport.post_all(authz_posts(world, count), {});

    CHECK(world.ca.counts["nonce"] == count);
}

TEST_CASE("half of all nonces refused is no obstacle", "[acme][transport]") {
    AcmeWorld world;
    world.with_account();
    world.ca.reject_every = 2;
    const std::vector<Post> posts = authz_posts(world, 100);

    for (const PostOutcome& outcome : world.transport.post_all(posts, {})) {
        CHECK(answer(outcome).status == 200);
    }
    CHECK(world.ca.faults.empty());
    CHECK(world.ca.rejected > 90);
    CHECK(world.transport.counts().rejected == world.ca.rejected);
    CHECK(world.clock.sleeps().empty());
}

TEST_CASE("a CA that refuses every nonce is given up after fifty", "[acme][transport]") {
    AcmeWorld world;
    world.with_account();
    world.ca.reject_every = 1;

    CHECK_THROWS_AS(world.transport.fetch("https://ca.test/order/0", {}), ProblemError);
    CHECK(world.ca.rejected == 51);
    CHECK(world.ca.faults.empty());
}

TEST_CASE("a busy CA is asked again when it wants, in both forms", "[acme][transport]") {
    AcmeWorld world;
    world.with_account();
    authz_posts(world, 1);
    const std::string after = GENERATE("3", "Mon, 23 Nov 2026 00:00:03 GMT");
    const int status = GENERATE(429, 503);
    world.ca.instead = first(1, "authz", busy(status, after));

    CHECK(world.transport.fetch("https://ca.test/authz/0", {}).status == 200);
    CHECK(world.clock.sleeps() == std::vector<Duration>{std::chrono::seconds(3)});
}

TEST_CASE("a CA that is busy beyond the deadline says until when", "[acme][transport]") {
    AcmeWorld world;
    world.with_account();
    authz_posts(world, 1);
    world.ca.instead = first(1, "authz", busy(429, "86400"));

    try {
        world.transport.fetch("https://ca.test/authz/0", {});
        FAIL("not refused");
    } catch (const ProblemError& error) {
        CHECK(error.retry_at() == world.clock.now() + std::chrono::hours(24));
        CHECK_THAT(error.what(), Catch::Contains("wait until 2026-11-24T00:00:00Z"));
    }
    CHECK(world.clock.sleeps().empty());
}

TEST_CASE("a CA without words that is busy beyond the deadline says until when all the same",
          "[acme][transport]") {
    AcmeWorld world;
    world.with_account();
    authz_posts(world, 1);
    const net::Response closed{.status = 503, .headers = {{"retry-after", "86400"}}};
    world.ca.instead = first(1, "authz", closed);

    CHECK_THROWS_WITH(world.transport.fetch("https://ca.test/authz/0", {}),
                      Catch::Contains("status 503 (the CA asks to wait until 2026-11-24T00:00:"));
}

TEST_CASE("a wait that the CA asks for is told, for a nonce too", "[acme][transport]") {
    AcmeWorld world;
    std::vector<Time> told;
    Transport transport(world.ca, world.clock, world.ca.directory(), world.key,
                        {.until = world.clock.now() + std::chrono::minutes(10),
                         .told_to_wait = [&](Time until) { told.push_back(until); }});
    world.with_account();
    authz_posts(world, 1);
    transport.set_account_url(world.transport.account_url());
    world.ca.instead = first(1, GENERATE("authz", "nonce"), busy(503, "3"));
    const Time asked = world.clock.now();

    CHECK(transport.fetch("https://ca.test/authz/0", {}).status == 200);
    CHECK(told == std::vector<Time>{asked + std::chrono::seconds(3)});
}

TEST_CASE("a look is repeated after faults, with growing pauses", "[acme][transport]") {
    AcmeWorld world;
    world.with_account();
    authz_posts(world, 1);
    const bool cut = GENERATE(true, false);
    world.ca.afterwards = first(3, "authz", cut ? kCut : net::Response{.status = 500});

    CHECK(world.transport.fetch("https://ca.test/authz/0", {}).status == 200);
    REQUIRE(world.clock.sleeps().size() == 3);
    CHECK(world.clock.sleeps()[0] < std::chrono::milliseconds(251));
    CHECK(world.clock.sleeps()[2] > world.clock.sleeps()[0]);
    CHECK(world.ca.faults.empty());
}

TEST_CASE("faults that do not end are reported with their cause", "[acme][transport]") {
    AcmeWorld world;
    world.with_account();
    authz_posts(world, 1);
    world.ca.instead = first(99, "authz", kCut);

    CHECK_THROWS_WITH(world.transport.fetch("https://ca.test/authz/0", {}),
                      Catch::Contains("connection reset"));
    CHECK(world.ca.counts["authz"] == 4);
}

TEST_CASE("a post that may have taken effect is not repeated unasked", "[acme][transport]") {
    AcmeWorld world;
    world.with_account();
    authz_posts(world, 1);
    world.ca.afterwards = first(1, "challenge", kCut);
    const Post post{
        .url = "https://ca.test/challenge/0", .payload = "{}", .after_fault = AfterFault::Report};

    const std::vector<PostOutcome> outcomes = world.transport.post_all({&post, 1}, {});

    CHECK(std::holds_alternative<Uncertain>(outcomes[0]));
    CHECK(world.ca.counts["challenge"] == 1);
}

TEST_CASE("one failure does not hold the others back", "[acme][transport]") {
    AcmeWorld world;
    world.with_account();
    std::vector<Post> posts = authz_posts(world, 3);
    posts[1].url = "https://ca.test/authz/77";

    const std::vector<PostOutcome> outcomes = world.transport.post_all(posts, {});

    CHECK(std::holds_alternative<net::Response>(outcomes[0]));
    CHECK(std::holds_alternative<ProblemError>(outcomes[1]));
    CHECK(std::holds_alternative<net::Response>(outcomes[2]));
}

TEST_CASE("a redirect is refused and its host named", "[acme][transport]") {
    AcmeWorld world;
    world.with_account();
    world.ca.instead = first(
        1, "order", net::Response{.status = 302, .headers = {{"location", "https://evil.test/x"}}});

    CHECK_THROWS_WITH(world.transport.fetch("https://ca.test/order/0", {}),
                      Catch::Contains("redirects to evil.test") && Catch::Contains("not followed"));
}

TEST_CASE("a CA that gives no nonces is named as the cause", "[acme][transport]") {
    AcmeWorld world;
    world.ca.instead = first(99, "nonce", net::Response{.status = 200});

    CHECK_THROWS_WITH(world.transport.fetch("https://ca.test/order/0", {}),
                      Catch::Contains("brings no nonce"));
    CHECK(world.ca.counts["nonce"] == 1);
}

TEST_CASE("newNonce is tried again after faults and when busy", "[acme][transport]") {
    AcmeWorld world;
    world.with_account();
    const bool cut = GENERATE(true, false);
    world.ca.instead = first(2, "nonce", cut ? kCut : busy(503, "1"));

    CHECK_THROWS_AS(world.transport.fetch("https://ca.test/order/0", {}), ProblemError);  // 404
    CHECK(world.ca.counts["nonce"] == 3);
    CHECK(world.clock.sleeps().size() == 2);
}

TEST_CASE("a stopped run sends no more", "[acme][transport]") {
    AcmeWorld world;
    world.with_account();
    std::stop_source stop;
    stop.request_stop();

    try {
        world.transport.fetch("https://ca.test/order/0", stop.get_token());
        FAIL("not stopped");
    } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::Cancelled);
    }
    CHECK(world.ca.requests() == 0);
}

TEST_CASE("a wait beyond the deadline is not begun", "[acme][transport]") {
    AcmeWorld world;

    CHECK_THROWS_WITH(
        world.transport.wait(std::chrono::hours(1), "the order is processing", {}),
        Catch::Contains("the order is processing") && Catch::Contains("2026-11-23T01:00:00Z"));
    CHECK(world.clock.sleeps().empty());
}

}  // namespace kcert::acme
