// SPDX-License-Identifier: Apache-2.0
//
// Whole issuances against the FakeCa: what they cost in requests and round trips.

#include <catch2/catch.hpp>

#include "acme/account.h"
#include "acme/authorization.h"
#include "acme/order.h"
#include "support/acme_world.h"

namespace kcert::acme {

namespace {

using testing::AcmeWorld;

/// As issuance does it, from the account to the finalized order.
Order issue(AcmeWorld& world, int count) {
    if (!find_account(world.transport, {})) {
        create_account(world.transport, {}, {});
    }
    Order order = new_order(world.transport, {.names = testing::names(count)}, {});
    if (order.status == OrderStatus::Pending) {
        std::vector<ChallengeAnswer> answers;
        for (const Authorization& authorization :
             fetch_authorizations(world.transport, order.authorizations, {})) {
            answers.push_back({dns01_challenge(authorization).url, authorization.url});
        }
        answer_challenges(world.transport, answers, {});
        order = poll_order(world.transport, order, {}, {});
    }
    return finalize_order(world.transport, order, "DER", {}, {});
}

/// With the directory before and the certificate after.
int all_requests(const AcmeWorld& world) {
    return world.ca.requests() + 2;
}

}  // namespace

TEST_CASE("n fresh names cost at most 2n + 9 requests and ten nonces", "[acme][flow]") {
    const int count = GENERATE(1, 2, 10, 100);
    AcmeWorld world;

    issue(world, count);

    CHECK(all_requests(world) <= 2 * count + 9);
    CHECK(world.ca.counts["nonce"] <= 10);
    CHECK(world.ca.faults.empty());
    CHECK(world.transport.counts().total() + 2 == all_requests(world) + world.ca.counts["nonce"]);
}

TEST_CASE("an order that comes back ready costs at most 8 requests", "[acme][flow]") {
    const int count = GENERATE(1, 100);
    AcmeWorld world;
    world.ca.authorized = true;

    issue(world, count);

    CHECK(all_requests(world) <= 8);
    CHECK(world.ca.counts["authz"] == 0);
}

TEST_CASE("ten names cost few round trips more than one", "[acme][flow]") {
    AcmeWorld one;
    AcmeWorld ten;
    AcmeWorld hundred;

    issue(one, 1);
    issue(ten, 10);
    issue(hundred, 100);

    CHECK(one.ca.round_trips <= 9);
    CHECK(ten.ca.round_trips <= one.ca.round_trips + 1);
    CHECK(hundred.ca.round_trips <= one.ca.round_trips + 20);
}

TEST_CASE("half of all nonces refused does not keep a certificate away", "[acme][flow]") {
    AcmeWorld world;
    world.ca.reject_every = 2;

    CHECK(issue(world, 25).status == OrderStatus::Valid);
    CHECK(all_requests(world) <= 2 * 25 + 9);
    CHECK(world.ca.faults.empty());
}

TEST_CASE("every first answer of its kind lost does not keep a certificate away", "[acme][flow]") {
    AcmeWorld world;
    std::map<std::string, int> seen;
    const auto lose = [&](const net::Request& request) -> std::optional<net::Outcome> {
        if (++seen[testing::kind_of(request.url)] > 1) {
            return std::nullopt;
        }
        return Error(ErrorKind::Transport, "ca.test:443: connection reset");
    };

    SECTION("before it took effect") {
        world.ca.instead = lose;
    }
    SECTION("after it took effect") {
        world.ca.afterwards = lose;
    }

    CHECK(issue(world, 3).status == OrderStatus::Valid);
    CHECK(world.ca.faults.empty());
}

}  // namespace kcert::acme
