// SPDX-License-Identifier: Apache-2.0

#include "acme/order.h"

#include <catch2/catch.hpp>

#include "acme/authorization.h"
#include "support/acme_world.h"

namespace kcert::acme {

namespace {

using testing::AcmeWorld;
using testing::first;

const net::Outcome kCut = Error(ErrorKind::Transport, "ca.test:443: connection reset");

struct OrderWorld : AcmeWorld {
    OrderWorld() { with_account(); }

    Order order(int count = 1) {
        return new_order(transport, {.names = testing::names(count)}, {});
    }

    void answer_all(const Order& order) {
        for (std::size_t i = 0; i < order.authorizations.size(); ++i) {
            const ChallengeAnswer answer{
                .challenge_url = "https://ca.test/challenge/" + std::to_string(i),
                .authorization_url = order.authorizations[i]};
            answer_challenges(transport, {&answer, 1}, {});
        }
    }
};

/// Its one order as the CA tells it next, whatever it is.
net::Response order_reply(const std::string& status, const std::string& rest = {}) {
    return {
        .status = 200,
        .headers = {{"replay-nonce", "n"}, {"location", "https://ca.test/order/0"}},
        .body = R"({"status":")" + status +
                R"(","identifiers":[{"type":"dns","value":"NAME0.test"}],"authorizations":[],)" +
                R"("finalize":"https://ca.test/order/0/finalize")" + rest + "}"};
}

}  // namespace

TEST_CASE("a new order tells its URL, names, authorizations and time", "[acme][order]") {
    OrderWorld world;

    const Order order = new_order(world.transport, {.names = {"example.com", "*.example.com"}}, {});

    CHECK(order.url == "https://ca.test/order/0");
    CHECK(order.status == OrderStatus::Pending);
    CHECK(order.names == std::vector<std::string>{"example.com", "*.example.com"});
    CHECK(order.authorizations.size() == 2);
    CHECK(order.expires == Time(std::chrono::sys_days(std::chrono::year(2026) / 11 / 30)));
    CHECK(world.ca.faults.empty());
}

TEST_CASE("an order for other names than asked is refused", "[acme][order]") {
    OrderWorld world;
    world.ca.instead = first(1, "new-order", order_reply("pending"));

    CHECK_THROWS_WITH(new_order(world.transport, {.names = {"mine.test"}}, {}),
                      Catch::Contains("name0.test instead of mine.test"));
}

TEST_CASE("names of an order are compared without regard to case", "[acme][order]") {
    OrderWorld world;
    world.ca.instead = first(1, "new-order", order_reply("ready"));

    CHECK(world.order().names == std::vector<std::string>{"name0.test"});
}

TEST_CASE("a profile that the CA does not offer is refused before anything is sent",
          "[acme][order]") {
    OrderWorld world;
    Directory directory = world.ca.directory();
    directory.profiles = {{"classic", ""}, {"tlsserver", ""}};
    Transport transport(world.ca, world.clock, directory, world.key, {});

    CHECK_THROWS_WITH(new_order(transport, {.names = {"a.test"}, .profile = "short"}, {}),
                      Catch::Contains("the profile short, but classic, tlsserver"));
    CHECK(world.ca.requests() == 0);
}

TEST_CASE("profile and replaces are handed on", "[acme][order]") {
    OrderWorld world;
    Directory directory = world.ca.directory();
    directory.profiles = {{"classic", ""}};
    Transport transport(world.ca, world.clock, directory, world.key, {});
    transport.set_account_url("https://ca.test/account/1");

    new_order(transport, {.names = {"a.test"}, .profile = "classic", .replaces = "x.y"}, {});

    CHECK(world.ca.last_payload.text({"profile"}) == "classic");
    CHECK(world.ca.last_payload.text({"replaces"}) == "x.y");
}

TEST_CASE("a newOrder whose answer was lost is sent again", "[acme][order]") {
    OrderWorld world;
    world.ca.afterwards = first(1, "new-order", kCut);

    CHECK(world.order().url == "https://ca.test/order/1");
}

TEST_CASE("an order that is gone or another's is absent, not an error", "[acme][order]") {
    OrderWorld world;
    const int status = GENERATE(404, 403, 401, 410);
    world.ca.instead = first(1, "order", net::Response{.status = status, .body = "{}"});

    CHECK_FALSE(fetch_order(world.transport, "https://ca.test/order/0", {}));
    CHECK_FALSE(fetch_order(world.transport, "http://evil.test/order/0", {}));
    CHECK(world.ca.counts["order"] == 1);
}

TEST_CASE("an order is looked at soon, then in growing pauses", "[acme][order]") {
    OrderWorld world;
    world.ca.looks_until_ready = 30;
    const Order order = world.order();
    world.answer_all(order);
    std::size_t seen = 0;

    const Order ready = poll_order(world.transport, order, [&](const Order&) { ++seen; }, {});

    CHECK(ready.status == OrderStatus::Ready);
    CHECK(seen == 30);
    const std::vector<Duration> sleeps = world.clock.sleeps();
    CHECK(sleeps.at(0) == std::chrono::milliseconds(25));
    CHECK(sleeps.at(1) > sleeps.at(0));
    CHECK(sleeps.back() == std::chrono::seconds(5));
}

TEST_CASE("the CA's Retry-After decides when an order is looked at", "[acme][order]") {
    OrderWorld world;
    const Order order = world.order();
    world.answer_all(order);
    net::Response later = order_reply("processing");
    later.headers.emplace_back("retry-after", "3");
    world.ca.instead = first(1, "order", later);

    poll_order(world.transport, order, {}, {});

    CHECK(world.clock.sleeps() ==
          std::vector<Duration>{std::chrono::milliseconds(25), std::chrono::seconds(3)});
}

TEST_CASE("an order that needs longer than there is time is reported", "[acme][order]") {
    OrderWorld world;
    world.ca.looks_until_ready = 100'000;
    const Order order = world.order();
    world.answer_all(order);

    try {
        poll_order(world.transport, order, {}, {});
        FAIL("not timed out");
    } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::TimedOut);
        CHECK_THAT(error.what(), Catch::Contains("the order is still pending"));
    }
}

TEST_CASE("a status that nobody knows is waited out", "[acme][order]") {
    OrderWorld world;
    const Order order = world.order();
    world.answer_all(order);
    world.ca.instead = first(2, "order", order_reply("thinking\\u001b[2J"));

    CHECK(poll_order(world.transport, order, {}, {}).status == OrderStatus::Ready);
}

TEST_CASE("an order that becomes invalid tells the cause for each name", "[acme][order]") {
    OrderWorld world;
    world.ca.refused = {{"name0.test", "NXDOMAIN"}, {"name2.test", "SERVFAIL"}};
    const Order order = world.order(3);
    world.answer_all(order);

    try {
        poll_order(world.transport, order, {}, {});
        FAIL("not invalid");
    } catch (const ProblemError& error) {
        REQUIRE(error.problem().subproblems.size() == 2);
        CHECK(error.problem().subproblems[1].identifier == "name2.test");
        CHECK_THAT(error.what(), Catch::Contains("name0.test: the CA could not look the name up") &&
                                     Catch::Contains("SERVFAIL"));
    }
}

TEST_CASE("a ready order is finalized and waited for", "[acme][order]") {
    OrderWorld world;
    world.ca.authorized = true;
    world.ca.looks_until_valid = 2;

    const Order order = finalize_order(world.transport, world.order(), "DER", {}, {});

    CHECK(order.status == OrderStatus::Valid);
    CHECK(order.certificate == "https://ca.test/cert/0");
    CHECK(world.ca.last_payload.text({"csr"}) == "REVS");
    CHECK(world.ca.counts["finalize"] == 1);
    CHECK(world.ca.faults.empty());
}

TEST_CASE("a finalize whose fate is unknown is followed by a look", "[acme][order]") {
    OrderWorld world;
    world.ca.authorized = true;

    SECTION("it took effect") {
        world.ca.afterwards = first(1, "finalize", kCut);
        finalize_order(world.transport, world.order(), "DER", {}, {});
        CHECK(world.ca.counts["finalize"] == 1);
    }
    SECTION("it did not arrive") {
        world.ca.instead = first(1, "finalize", net::Response{.status = 500});
        finalize_order(world.transport, world.order(), "DER", {}, {});
        CHECK(world.ca.counts["finalize"] == 2);
    }
}

TEST_CASE("a finalize that came too early is sent again when the order is ready", "[acme][order]") {
    OrderWorld world;
    Order order = world.order();
    world.ca.looks_until_ready = 3;
    world.answer_all(order);
    order.status = OrderStatus::Ready;  // as another replica of the CA had said

    CHECK(finalize_order(world.transport, order, "DER", {}, {}).status == OrderStatus::Valid);
    CHECK(world.ca.counts["finalize"] == 2);
}

TEST_CASE("an order that stays ready is given up", "[acme][order]") {
    OrderWorld world;
    world.ca.authorized = true;
    const Order order = world.order();
    world.ca.instead = first(99, "finalize", order_reply("ready"));

    CHECK_THROWS_WITH(finalize_order(world.transport, order, "DER", {}, {}),
                      Catch::Contains("ready, whatever it is sent"));
}

TEST_CASE("a valid order is not finalized again", "[acme][order]") {
    OrderWorld world;
    world.ca.authorized = true;
    const Order valid = finalize_order(world.transport, world.order(), "DER", {}, {});

    CHECK(finalize_order(world.transport, valid, "DER", {}, {}).certificate == valid.certificate);
    CHECK(world.ca.counts["finalize"] == 1);
}

TEST_CASE("a malformed order is the CA's fault and said to be", "[acme][order]") {
    OrderWorld world;
    const std::string body = GENERATE(
        "<html>", "[]", "{", R"({"status":"pending"})",
        R"({"status":"valid","finalize":"https://ca.test/f"})",
        R"({"status":"pending","finalize":"https://ca.test/f","authorizations":["file:///etc"]})");
    world.ca.instead = first(1, "order", net::Response{.status = 200, .body = body});

    try {
        fetch_order(world.transport, "https://ca.test/order/0", {});
        FAIL("not refused");
    } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::Declined);
    }
}

}  // namespace kcert::acme
