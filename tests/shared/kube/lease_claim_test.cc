// SPDX-License-Identifier: Apache-2.0

#include "kube/lease_claim.h"

#include <catch2/catch.hpp>
#include <condition_variable>

#include "base/timestamp.h"
#include "json/merge_patch.h"
#include "kube/lease_hold.h"
#include "shared/kube/api_fixture.h"
#include "shared/kube/object_store_contract.h"

namespace kcert::kube {

using namespace fixtures;
using contract::refusal_of;
using std::chrono::seconds;

namespace {

/// Stands still; who waits is woken by the stop_token alone.
class StillClock final : public Clock {
  public:
    Time now() const override { return testing::ManualClock().now(); }
    bool sleep_for(Duration, std::stop_token stop) const override {
        std::mutex mutex;
        std::condition_variable_any woken;
        std::unique_lock lock(mutex);
        woken.wait(lock, std::move(stop), [] { return false; });
        return false;
    }
};

const ObjectKey kLeaseOfWeb = lease_key(kWeb);
const Time kNow = StillClock().now();
const net::Headers kDate{{"date", "Mon, 23 Nov 2026 00:10:00 GMT"}};
const Time kServerNow = kNow + std::chrono::minutes(10);

json::Value stored(const std::string& holder, Time renewed, const std::string& version = "1") {
    json::Value lease = new_lease(kWeb, {.identity = holder, .process = {}}, renewed);
    lease.member("metadata").set("uid", "u1");
    lease.member("metadata").set("resourceVersion", version);
    return lease;
}

std::string stored_text(const std::string& holder, Time renewed, const std::string& version = "1") {
    return json::write_json(stored(holder, renewed, version));
}

/// A server that was asked once before, so that its time is known: ten minutes ahead.
struct Claims {
    /// The first claim of a run whose clock is ten minutes behind.
    struct Unasked {};
    explicit Claims(Unasked)
        : api({.server = "https://api.test:6443", .name = "context lab"}, http, clock, {}) {
        options.holder_identity = "me@desk/1/n";
    }
    explicit Claims(bool dry_run = false)
        : api({.server = "https://api.test:6443", .name = "context lab"}, http, clock,
              [this](const std::string& text) { warnings.push_back(text); }) {
        options.holder_identity = "me@desk/1/n";
        options.dry_run = dry_run;
        http.reply(200, "{}", kDate);
        api.send({.asked = {.verb = "get", .kind = kLease}, .path = "/"}, {});
        http.requests.clear();
    }

    std::unique_ptr<Claim> claim() { return claim_by_lease(api, kWeb, options, {}); }

    testing::ScriptedHttp http;
    StillClock clock;
    std::vector<std::string> warnings;
    ApiServerOptions options;
    ApiClient api;
};

/// A lease that is held and renewed step by step.
struct Holding {
    Holding() : hold(api, kLeaseOfWeb, stored("me@desk/1/n", clock.now()), clock.now()) {}

    testing::ScriptedHttp http;
    testing::ManualClock clock;
    ApiClient api{{.server = "https://api.test:6443"}, http, clock, {}};
    LeaseHold hold;
};

const std::string kConflict = status_text(409, "Conflict", "changed");
const std::string kExists = status_text(409, "AlreadyExists", "exists");

}  // namespace

TEST_CASE("a claim is created at the server's time and deleted when it goes", "[kube][unit]") {
    Claims claims;
    claims.http.reply(201, stored_text("me@desk/1/n", kServerNow, "5"), kDate);
    claims.http.reply(200, "{}");

    auto claim = claims.claim();
    CHECK(claim->held());
    CHECK(claim->weakness().empty());
    claim.reset();

    REQUIRE(claims.http.requests.size() == 2);
    const net::Request& post = claims.http.requests[0];
    CHECK(post.method == "POST");
    CHECK(path_of(post) ==
          "/apis/coordination.k8s.io/v1/namespaces/shop/leases?fieldManager=kubectl-cert");
    CHECK(json::parse_json(post.body).text({"spec", "renewTime"}) == rfc3339_micro(kServerNow));
    const net::Request& gone = claims.http.requests[1];
    CHECK(gone.method == "DELETE");
    CHECK(json::parse_json(gone.body)["preconditions"] ==
          json::parse_json(R"({"uid":"u1","resourceVersion":"5"})"));
}

TEST_CASE("a claim made by a wrong clock gets the server's time at once", "[kube][unit]") {
    Claims claims{Claims::Unasked()};
    claims.http.reply(201, stored_text("me@desk/1/n", kNow, "5"), kDate);
    claims.http.reply(200, stored_text("me@desk/1/n", kServerNow, "6"), kDate);
    claims.http.reply(200, "{}");

    CHECK(claims.claim()->held());

    REQUIRE(claims.http.requests.size() == 3);
    CHECK(json::parse_json(claims.http.requests[1].body) ==
          json::parse_json(R"({"metadata":{"uid":"u1","resourceVersion":"5"},)"
                           R"("spec":{"renewTime":"2026-11-23T00:10:00.000000Z",)"
                           R"("acquireTime":"2026-11-23T00:10:00.000000Z"}})"));
    CHECK(json::parse_json(claims.http.requests[2].body)["preconditions"]["resourceVersion"] ==
          json::Value("6"));
}

TEST_CASE("the loser is told who holds it since when", "[kube][unit]") {
    Claims claims;
    claims.http.reply(409, kExists, kDate);
    claims.http.reply(200, stored_text("bob@lap/7/x", kServerNow - seconds(14)), kDate);

    const StatusError refusal = refusal_of([&] { claims.claim(); });

    CHECK(refusal.code() == 409);
    CHECK(refusal.reason() == "Conflict");
    CHECK(std::string(refusal.what()) ==
          "Certificate shop/web is being worked on by bob@lap/7/x since 2026-11-23T00:09:46Z");
}

TEST_CASE("an expired claim is taken over", "[kube][unit]") {
    Claims claims;
    claims.http.reply(409, kExists, kDate);
    claims.http.reply(200, stored_text("bob@lap/7/x", kServerNow - seconds(15), "3"), kDate);
    claims.http.reply(200, stored_text("me@desk/1/n", kServerNow, "4"), kDate);
    claims.http.reply(200, "{}");

    CHECK(claims.claim()->held());

    REQUIRE(claims.http.requests.size() == 4);
    const net::Request& patch = claims.http.requests[2];
    CHECK(patch.method == "PATCH");
    const json::Value body = json::parse_json(patch.body);
    CHECK(body.text({"metadata", "resourceVersion"}) == "3");
    CHECK(body.text({"spec", "holderIdentity"}) == "me@desk/1/n");
    CHECK(body.at({"spec", "leaseTransitions"}).as_int() == 1);
}

TEST_CASE("a claim that changes while it is looked at is looked at again", "[kube][unit]") {
    Claims claims;
    claims.http.reply(409, kExists, kDate);
    claims.http.reply(404, not_found(kLeaseOfWeb), kDate);
    claims.http.reply(409, kExists, kDate);
    claims.http.reply(200, stored_text("bob@lap/7/x", kServerNow - seconds(60)), kDate);
    claims.http.reply(409, kConflict, kDate);
    claims.http.reply(409, kExists, kDate);
    claims.http.reply(200, stored_text("carol@lap/8/x", kServerNow), kDate);

    CHECK(Catch::contains(refusal_of([&] { claims.claim(); }).what(), "by carol@lap/8/x since"));
}

TEST_CASE("a claim that never settles is an error in the end", "[kube][unit]") {
    Claims claims;
    for (int i = 0; i < 5; ++i) {
        claims.http.reply(409, kExists, kDate);
        claims.http.reply(404, not_found(kLeaseOfWeb), kDate);
    }

    CHECK(refusal_of([&] { claims.claim(); }).code() == 409);
    CHECK(claims.http.requests.size() == 10);
}

TEST_CASE("without a right to Leases the claim says what it is worth, once", "[kube][unit]") {
    Claims claims;
    claims.http.reply(403, status_text(403, "Forbidden", "leases is forbidden"));
    claims.http.reply(403, status_text(403, "Forbidden", "leases is forbidden"));

    const auto claim = claims.claim();
    claims.claim();

    CHECK(claim->held());
    CHECK(Catch::contains(claim->weakness(), "resourceVersion of its status guards instead"));
    CHECK(claims.warnings == std::vector<std::string>{claim->weakness()});
    CHECK(claims.http.requests.size() == 2);
}

TEST_CASE("a dry run claims nothing, and sees who does", "[kube][unit]") {
    Claims claims(true);
    claims.http.reply(201, stored_text("me@desk/1/n", kServerNow));
    claims.claim().reset();
    REQUIRE(claims.http.requests.size() == 1);
    CHECK(claims.http.requests[0].url.ends_with("?fieldManager=kubectl-cert&dryRun=All"));

    claims.http.reply(409, kExists, kDate);
    claims.http.reply(200, stored_text("bob@lap/7/x", kServerNow), kDate);
    CHECK(refusal_of([&] { claims.claim(); }).code() == 409);
}

TEST_CASE("to ask who holds a claim is one request that changes nothing", "[kube][unit]") {
    Claims claims;
    claims.http.reply(200, stored_text("bob@lap/7/x", kServerNow), kDate);
    CHECK(lease_holder(claims.api, kWeb, {}) == "bob@lap/7/x since 2026-11-23T00:10:00Z");
    claims.http.reply(200, stored_text("bob@lap/7/x", kServerNow - seconds(60)), kDate);
    CHECK_FALSE(lease_holder(claims.api, kWeb, {}));
    claims.http.reply(404, not_found(kLeaseOfWeb));
    CHECK_FALSE(lease_holder(claims.api, kWeb, {}));
    claims.http.reply(403, status_text(403, "Forbidden", "no"));
    CHECK_FALSE(lease_holder(claims.api, kWeb, {}));

    CHECK(claims.http.requests.size() == 4);
    for (const net::Request& request : claims.http.requests) {
        CHECK(request.method == "GET");
    }
}

TEST_CASE("a holding that is renewed lasts", "[kube][unit]") {
    Holding holding;
    for (int i = 2; i < 6; ++i) {
        holding.clock.advance(seconds(5));
        holding.http.reply(200, stored_text("me@desk/1/n", kNow, std::to_string(i)));
        holding.hold.renew({});
        CHECK(holding.hold.held());
    }

    CHECK(json::parse_json(holding.http.requests[3].body) ==
          json::parse_json(R"({"metadata":{"uid":"u1","resourceVersion":"4"},)"
                           R"("spec":{"renewTime":"2026-11-23T00:00:20.000000Z"}})"));
}

TEST_CASE("a holding that is not renewed for as long as it lasts is lost", "[kube][unit]") {
    Holding holding;
    for (int i = 0; i < 2; ++i) {
        holding.clock.advance(seconds(5));
        holding.http.fail(ErrorKind::Transport, "no route");
        holding.hold.renew({});
        CHECK(holding.hold.held());
    }

    holding.clock.advance(seconds(5));

    CHECK_FALSE(holding.hold.held());
    holding.hold.renew({});
    holding.hold.release();
    CHECK(holding.http.requests.size() == 2);
}

TEST_CASE("a lease that somebody else took is lost and not deleted", "[kube][unit]") {
    Holding holding;
    holding.http.reply(409, kConflict);
    json::Value taken = stored("bob@lap/7/x", kNow, "9");
    taken.member("spec").set("leaseTransitions", 1);
    holding.http.reply(200, json::write_json(taken));

    holding.hold.renew({});

    CHECK_FALSE(holding.hold.held());
    holding.hold.release();
    CHECK(holding.http.requests.size() == 2);
}

TEST_CASE("a lease that somebody touched but did not take stays ours", "[kube][unit]") {
    Holding holding;
    holding.http.reply(409, kConflict);
    holding.http.reply(200, stored_text("me@desk/1/n", kNow, "9"));
    holding.http.reply(200, stored_text("me@desk/1/n", kNow, "10"));

    holding.hold.renew({});

    CHECK(holding.hold.held());
    CHECK(json::parse_json(holding.http.requests[2].body).text({"metadata", "resourceVersion"}) ==
          "9");
}

TEST_CASE("a lease that was deleted is lost", "[kube][unit]") {
    Holding holding;
    holding.http.reply(404, not_found(kLeaseOfWeb));

    holding.hold.renew({});

    CHECK_FALSE(holding.hold.held());
}

TEST_CASE("a claim that cannot be given back is no failure of the run", "[kube][unit]") {
    Holding holding;
    holding.http.fail(ErrorKind::Transport, "no route");

    holding.hold.release();

    CHECK(holding.http.requests.size() == 1);
}

}  // namespace kcert::kube
