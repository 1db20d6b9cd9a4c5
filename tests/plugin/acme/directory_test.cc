// SPDX-License-Identifier: Apache-2.0

#include "acme/directory.h"

#include <catch2/catch.hpp>

#include "support/manual_clock.h"
#include "support/scripted_http.h"

namespace kcert::acme {

namespace {

constexpr std::string_view kUrl = "https://ca.test/directory";
constexpr std::string_view kDirectory = R"({
    "newNonce": "https://ca.test/nonce", "newAccount": "https://ca.test/account",
    "newOrder": "https://ca.test/order", "revokeCert": "https://ca.test/revoke",
    "keyChange": 7, "newAuthz": "https://ca.test/authz", "K9dfa": "a random entry",
    "meta": {"termsOfService": "https://ca.test/terms", "externalAccountRequired": true,
             "caaIdentities": ["ca.test", 1], "profiles": {"classic": "the usual", "odd": null}}})";

struct World {
    testing::ScriptedHttp http;
    testing::ManualClock clock;

    Directory fetch(std::string_view url = kUrl) {
        return fetch_directory(http, clock, std::string(url), {},
                               clock.now() + std::chrono::minutes(1), {});
    }
};

}  // namespace

TEST_CASE("a directory is read, unknown and odd entries passed over", "[acme][directory]") {
    World world;
    world.http.reply(200, std::string(kDirectory));

    const Directory directory = world.fetch();

    CHECK(directory.url == kUrl);
    CHECK(directory.new_order == "https://ca.test/order");
    CHECK(directory.revoke_cert == "https://ca.test/revoke");
    CHECK(directory.key_change.empty());
    CHECK(directory.terms_of_service == "https://ca.test/terms");
    CHECK(directory.external_account_required);
    CHECK(directory.caa_identities == std::vector<std::string>{"ca.test"});
    REQUIRE(directory.profiles.size() == 2);
    CHECK(directory.profiles[0].first == "classic");
}

TEST_CASE("what is no directory is said to be none", "[acme][directory]") {
    World world;

    SECTION("a web page") {
        world.http.reply(200, "<html>hello</html>");
    }
    SECTION("nothing there") {
        world.http.reply(404, "not found");
    }
    SECTION("other JSON") {
        world.http.reply(200, R"({"kind":"Status"})");
    }
    SECTION("a list") {
        world.http.reply(200, "[]");
    }

    CHECK_THROWS_WITH(world.fetch(),
                      Catch::Contains("https://ca.test/directory is no ACME directory") &&
                          Catch::Contains("check the server URL of the issuer"));
}

TEST_CASE("a directory in the clear is not asked for, but on loopback", "[acme][directory]") {
    World world;
    world.http.reply(200, std::string(kDirectory));

    CHECK_THROWS_WITH(world.fetch("http://ca.test/directory"), Catch::Contains("not an https URL"));
    CHECK(world.http.requests.empty());
    CHECK(world.fetch("http://127.0.0.1:4000/dir").new_nonce == "https://ca.test/nonce");
}

TEST_CASE("a directory that sends requests into the clear is refused", "[acme][directory]") {
    World world;
    world.http.reply(200, R"({"newNonce":"https://ca.test/n","newAccount":"http://evil.test/a",
                              "newOrder":"https://ca.test/o"})");

    CHECK_THROWS_WITH(world.fetch(), Catch::Contains("newAccount URL is not an https URL"));
}

TEST_CASE("faults on the way to the directory are tried again, a few times", "[acme][directory]") {
    World world;
    world.http.fail(ErrorKind::Transport, "connection refused");
    world.http.reply(502);
    world.http.reply(200, std::string(kDirectory));

    CHECK(world.fetch().url == kUrl);
    CHECK(world.http.requests.size() == 3);
    CHECK(world.clock.sleeps().size() == 2);
}

TEST_CASE("a directory that stays away is reported with its cause", "[acme][directory]") {
    World world;
    for (int i = 0; i < 9; ++i) {
        world.http.fail(ErrorKind::Transport, "connecting to ca.test:443: refused");
    }

    CHECK_THROWS_WITH(world.fetch(), Catch::Contains("connecting to ca.test:443"));
    CHECK(world.http.requests.size() <= 5);
}

TEST_CASE("a busy directory is waited for as it asks, within the time", "[acme][directory]") {
    World world;
    world.http.reply(503, {}, {{"retry-after", "7"}});
    world.http.reply(200, std::string(kDirectory));

    world.fetch();

    CHECK(world.clock.sleeps() == std::vector<Duration>{std::chrono::seconds(7)});
}

TEST_CASE("a directory that is busy beyond the time says until when", "[acme][directory]") {
    World world;
    world.http.reply(429,
                     R"({"type":"urn:ietf:params:acme:error:rateLimited","detail":"slow down"})",
                     {{"retry-after", "3600"}});

    CHECK_THROWS_WITH(world.fetch(), Catch::Contains("slow down") &&
                                         Catch::Contains("wait until 2026-11-23T01:00:00Z"));
    CHECK(world.clock.sleeps().empty());
}

}  // namespace kcert::acme
