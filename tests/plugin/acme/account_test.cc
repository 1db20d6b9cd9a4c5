// SPDX-License-Identifier: Apache-2.0

#include "acme/account.h"

#include <catch2/catch.hpp>

#include "support/acme_world.h"

namespace kcert::acme {

namespace {

using testing::AcmeWorld;
using testing::first;

const net::Outcome kCut = Error(ErrorKind::Transport, "ca.test:443: connection reset");

}  // namespace

TEST_CASE("a key without an account is told apart from one that has it", "[acme][account]") {
    AcmeWorld world;

    CHECK_FALSE(find_account(world.transport, {}));
    CHECK(world.transport.account_url().empty());
    world.ca.account_exists = true;
    CHECK(find_account(world.transport, {})->url == "https://ca.test/account/1");
    CHECK(world.transport.account_url() == "https://ca.test/account/1");
    CHECK(world.ca.faults.empty());
}

TEST_CASE("an account is made with its contact and the terms agreed to", "[acme][account]") {
    AcmeWorld world;

    const Account account = create_account(world.transport, {.email = "me@example.com"}, {});

    CHECK(account.url == "https://ca.test/account/1");
    CHECK(account.status == "valid");
    CHECK(world.ca.contacts == std::vector<std::string>{"mailto:me@example.com"});
    CHECK(world.ca.last_payload["termsOfServiceAgreed"].as_bool());
    CHECK(world.ca.faults.empty());
}

TEST_CASE("a newAccount whose answer was lost is looked up", "[acme][account]") {
    AcmeWorld world;
    world.ca.afterwards = first(1, "new-account", kCut);

    CHECK(create_account(world.transport, {}, {}).url == "https://ca.test/account/1");
    CHECK(world.ca.counts["new-account"] == 2);
    CHECK(world.ca.last_payload.has("onlyReturnExisting"));
}

TEST_CASE("a newAccount that did not arrive is sent again after the look", "[acme][account]") {
    AcmeWorld world;
    world.ca.instead = first(1, "new-account", kCut);

    CHECK(create_account(world.transport, {}, {}).url == "https://ca.test/account/1");
    CHECK(world.ca.counts["new-account"] == 3);
}

TEST_CASE("a CA that wants an external account gets no request without one", "[acme][account]") {
    AcmeWorld world;
    Directory directory = world.ca.directory();
    directory.external_account_required = true;
    Transport transport(world.ca, world.clock, directory, world.key, {});

    CHECK_THROWS_WITH(create_account(transport, {}, {}), Catch::Contains("externalAccountBinding"));
    CHECK(world.ca.requests() == 0);
}

TEST_CASE("an external account is bound to the new account", "[acme][account]") {
    AcmeWorld world;

    create_account(
        world.transport,
        {.external = ExternalAccount{.key_id = "kid-7", .mac_key = Sensitive("c2VjcmV0")}}, {});

    CHECK(world.ca.last_payload["externalAccountBinding"].has("signature"));
}

TEST_CASE("an account that was deactivated is no account to use", "[acme][account]") {
    AcmeWorld world;
    const std::string status = GENERATE("deactivated", "revoked");
    world.ca.instead = first(
        1, "new-account",
        net::Response{.status = 200,
                      .headers = {{"location", "https://ca.test/account/1"}, {"replay-nonce", "n"}},
                      .body = R"({"status":")" + status + R"("})"});

    CHECK_THROWS_WITH(find_account(world.transport, {}),
                      Catch::Contains("https://ca.test/account/1 is " + status));
}

TEST_CASE("an account URL in the clear is refused", "[acme][account]") {
    AcmeWorld world;
    world.ca.instead = first(
        1, "new-account",
        net::Response{
            .status = 200, .headers = {{"location", "http://ca.test/account/1"}}, .body = "{}"});

    CHECK_THROWS_WITH(find_account(world.transport, {}), Catch::Contains("not an https URL"));
}

TEST_CASE("a changed address takes the place of the account's contacts", "[acme][account]") {
    AcmeWorld world;
    world.with_account();

    CHECK(update_contact(world.transport, "new@example.com", {}).contacts ==
          std::vector<std::string>{"mailto:new@example.com"});
    CHECK(update_contact(world.transport, "", {}).contacts.empty());
    CHECK(world.ca.faults.empty());
}

}  // namespace kcert::acme
