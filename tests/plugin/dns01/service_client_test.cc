// SPDX-License-Identifier: Apache-2.0

#include "dns01/service/service_client.h"

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "support/answering_http.h"
#include "support/manual_clock.h"
#include "support/scripted_http.h"

namespace kcert::dns01 {
namespace {

using Catch::Matchers::Contains;
using Catch::Matchers::Equals;

const ServiceCall kList{.doing = "listing the zones", .url = "https://api.test/zones"};
const ServiceCall kAdd{.doing = "adding a record",
                       .method = "POST",
                       .url = "https://api.test/records",
                       .body = "{}",
                       .repeat = Repeat::IfNotTaken};

struct World {
    testing::ScriptedHttp http;
    testing::ManualClock clock;

    ServiceClient client(ServiceTraits traits = {.service = "dns"}) {
        return {std::move(traits), http, clock};
    }
};

std::string failure_of(World& world, const ServiceCall& call) {
    try {
        world.client().demand(call, {});
    } catch (const Error& error) {
        return error.what();
    }
    return "nothing failed";
}

TEST_CASE("credentials are added to each try anew", "[dns01][unit]") {
    World world;
    world.http.reply(503);
    world.http.reply(200, "zones");
    int tries = 0;
    ServiceClient client = world.client({.service = "dns", .authorize = [&](net::Request& request) {
                                             request.headers.emplace_back(
                                                 "Authorization", "try " + std::to_string(++tries));
                                         }});

    CHECK(client.send(kList, {}).body == "zones");

    REQUIRE(world.http.requests.size() == 2);
    CHECK(world.http.requests[1].headers[0].second == "try 2");
}

TEST_CASE("credentials go over TLS only, loopback aside", "[dns01][unit]") {
    World world;
    ServiceCall call = kList;
    call.url = "http://api.test/zones";
    CHECK_THAT(failure_of(world, call), Contains("over TLS only"));
    CHECK(world.http.requests.empty());

    call.url = "http://127.0.0.1:8080/zones";
    world.http.reply(200);
    CHECK(failure_of(world, call) == "nothing failed");
}

TEST_CASE("a busy service is asked again when it says so", "[dns01][unit]") {
    World world;
    world.http.reply(429, "", {{"retry-after", "7"}});
    world.http.reply(200);

    world.client().demand(kAdd, {});

    CHECK(world.clock.sleeps() == std::vector<Duration>{std::chrono::seconds(7)});
}

TEST_CASE("a service that wants to be asked again at once is given a pause", "[dns01][unit]") {
    World world;
    for (int i = 0; i < 1000; ++i) {
        world.http.reply(503, "", {{"retry-after", "0"}});
    }

    CHECK(failure_of(world, kList) != "nothing failed");

    CHECK(world.http.requests.size() < 40);
}

TEST_CASE("one that wants to be left alone for longer is believed at once", "[dns01][unit]") {
    World world;
    world.http.reply(429, "", {{"retry-after", "3600"}});

    CHECK_THAT(failure_of(world, kList),
               Equals("dns: listing the zones: HTTP status 429 (asks to wait until "
                      "2026-11-23T01:00:00Z)"));
    CHECK(world.clock.sleeps().empty());
}

TEST_CASE("a service may say in a way of its own how long it wants to be left alone",
          "[dns01][unit]") {
    World world;
    world.http.reply(429, "", {{"retry-in-minutes", "1"}});
    world.http.reply(200);

    world
        .client({.service = "dns",
                 .asks_to_wait =
                     [](const net::Response& response, Time) {
                         return response.header("retry-in-minutes")
                                    ? std::optional<Duration>(std::chrono::minutes(1))
                                    : std::nullopt;
                     }})
        .demand(kList, {});

    CHECK(world.clock.sleeps() == std::vector<Duration>{std::chrono::minutes(1)});
}

TEST_CASE("a call that may have taken effect is sent once where twice would be too often",
          "[dns01][unit]") {
    World world;
    SECTION("the connection broke") {
        world.http.cut_off();
    }
    SECTION("the service failed") {
        world.http.reply(500);
    }
    world.http.reply(200);

    CHECK(failure_of(world, kAdd) != "nothing failed");
    CHECK(world.http.requests.size() == 1);
}

TEST_CASE("one that was not taken is sent again", "[dns01][unit]") {
    World world;
    SECTION("no connection") {
        world.http.refuse();
    }
    SECTION("unavailable") {
        world.http.reply(503);
    }
    world.http.reply(200);

    CHECK(failure_of(world, kAdd) == "nothing failed");
    CHECK(world.http.requests.size() == 2);
}

TEST_CASE("a service that stays broken is given up in bounded time", "[dns01][unit]") {
    World world;
    for (int i = 0; i < 200; ++i) {
        world.http.reply(502);
    }

    CHECK_THAT(failure_of(world, kList), Contains("HTTP status 502"));
    Duration waited{};
    for (const Duration sleep : world.clock.sleeps()) {
        waited += sleep;
    }
    CHECK(waited <= std::chrono::seconds(60));
    CHECK(world.http.requests.size() < 40);
}

TEST_CASE("a refusal is final and explained; a redirect is not followed", "[dns01][unit]") {
    World world;
    world.http.reply(403);
    CHECK_THAT(failure_of(world, kList), Equals("dns: listing the zones: HTTP status 403"));
    world.http.reply(302, "", {{"location", "https://elsewhere.test/"}});
    CHECK_THAT(failure_of(world, kList), Contains("redirects are not followed"));
    CHECK(world.http.requests.size() == 2);
}

TEST_CASE("each call of a batch gets its own answer, in order", "[dns01][unit]") {
    World world;
    world.http.reply(200, "one");
    world.http.reply(429);
    world.http.reply(404, "three");
    world.http.reply(200, "two");
    const std::vector<ServiceCall> calls{kList, kAdd, kList};

    const std::vector<net::Response> answers = world.client().send_all(calls, {});

    CHECK(answers[0].body == "one");
    CHECK(answers[1].body == "two");
    CHECK(answers[2].status == 404);
}

TEST_CASE("a stopped run is Cancelled", "[dns01][unit]") {
    World world;
    std::stop_source stop;
    stop.request_stop();
    try {
        world.client().send(kList, stop.get_token());
        FAIL("nothing was thrown");
    } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::Cancelled);
    }
}

TEST_CASE("a run that is stopped while a broken service is waited for tells what was wrong",
          "[dns01][unit]") {
    std::stop_source stop;
    const testing::ManualClock clock;
    const bool answered = GENERATE(true, false);
    testing::AnsweringHttp http([&](const net::Request&) -> net::Outcome {
        stop.request_stop();
        if (answered) {
            return net::Response{503, {}, ""};
        }
        return Error(ErrorKind::Transport, "connection refused");
    });
    ServiceClient client({.service = "dns"}, http, clock);

    try {
        client.send(kList, stop.get_token());
        FAIL("nothing was thrown");
    } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::Cancelled);
        CHECK_THAT(error.what(),
                   Equals(fmt::format("dns: listing the zones: {} (stopped before it was tried "
                                      "again)",
                                      answered ? "HTTP status 503" : "connection refused")));
    }
}

TEST_CASE("a service's own words are short and printable", "[dns01][unit]") {
    CHECK(quoted_words("a\x1b[31m\nb") == "a\\x1b[31m\\nb");
    CHECK(quoted_words(std::string(1000, 'x')).size() < 310);
}

}  // namespace
}  // namespace kcert::dns01
