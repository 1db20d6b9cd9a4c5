// SPDX-License-Identifier: Apache-2.0

#include "acme/chain.h"

#include <fstream>
#include <sstream>

#include <catch2/catch.hpp>

#include "acme/links.h"
#include "acme/order.h"
#include "support/acme_world.h"

namespace kcert::acme {

namespace {

using testing::AcmeWorld;

std::string fixture(const std::string& name) {
    std::ifstream file(KCERT_TEST_DATA "/" + name);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

struct ChainWorld : AcmeWorld {
    ChainWorld() {
        with_account();
        ca.authorized = true;
        ca.pem = fixture("default.pem");
        ca.pem_headers = {{"link", R"(<https://ca.test/directory>;rel="index")"},
                          {"link", R"(</alternate/1>; rel="alternate")"}};
        ca.instead = [this](const net::Request& request) -> std::optional<net::Outcome> {
            if (testing::kind_of(request.url) != "alternate") {
                return std::nullopt;
            }
            return alternate;
        };
        url = finalize_order(transport, new_order(transport, {.names = {"example.com"}}, {}), "DER",
                             {}, {})
                  .certificate;
    }

    std::string url;
    net::Outcome alternate = net::Response{.status = 200, .body = fixture("alternate.pem")};
};

}  // namespace

TEST_CASE("the chain is downloaded as the CA gives it by default", "[acme][chain]") {
    ChainWorld world;

    CHECK(download_chain(world.transport, world.url, "", {}) == fixture("default.pem"));
    CHECK(world.ca.counts["alternate"] == 0);
}

TEST_CASE("alternates are left alone where the default is the preferred chain", "[acme][chain]") {
    ChainWorld world;

    CHECK(download_chain(world.transport, world.url, "Old Root", {}) == fixture("default.pem"));
    CHECK(world.ca.counts["alternate"] == 0);
}

TEST_CASE("a preferred chain is found among the alternates by its topmost issuer",
          "[acme][chain]") {
    ChainWorld world;

    CHECK(download_chain(world.transport, world.url, "Test Root", {}) == fixture("alternate.pem"));
}

TEST_CASE("any issuer in a chain will do where no chain ends at the preferred one",
          "[acme][chain]") {
    ChainWorld world;

    CHECK(download_chain(world.transport, world.url, "Test Issuing", {}) == fixture("default.pem"));
}

TEST_CASE("the default is taken where no chain or no alternate can be had", "[acme][chain]") {
    ChainWorld world;

    SECTION("no such issuer") {
        CHECK(download_chain(world.transport, world.url, "Nobody", {}) == fixture("default.pem"));
    }
    SECTION("the alternate is gone") {
        world.alternate = net::Response{.status = 404};
        CHECK(download_chain(world.transport, world.url, "Test Root", {}) ==
              fixture("default.pem"));
    }
}

TEST_CASE("what is no chain is refused", "[acme][chain]") {
    ChainWorld world;

    SECTION("a page") {
        world.ca.pem = "<html>";
    }
    SECTION("a broken block") {
        world.ca.pem = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    }
    SECTION("too many") {
        world.ca.pem = fixture("default.pem") + fixture("default.pem") + fixture("default.pem") +
                       fixture("default.pem");
    }

    CHECK_THROWS_WITH(download_chain(world.transport, world.url, "", {}),
                      Catch::Contains("certificate chain cannot be read"));
}

TEST_CASE("text between the certificates is not handed on", "[acme][chain]") {
    ChainWorld world;
    world.ca.pem = "subject=CN\n" + fixture("default.pem") + "trailing\n";

    CHECK(download_chain(world.transport, world.url, "", {}) == fixture("default.pem"));
}

TEST_CASE("links are found by relation in one header or in many", "[acme][links]") {
    const net::Response response{
        .status = 200,
        .headers = {{"link", R"(<https://ca.test/a,b>; title="x, y; z"; rel="alternate", )"
                             R"(</c>;REL=Alternate, <https://ca.test/d>; rel="next")"},
                    {"link", R"(<e>; rel="index alternate")"},
                    {"link", "malformed, <unclosed; rel=alternate"},
                    {"other", "<https://ca.test/f>; rel=alternate"}}};

    CHECK(link_targets(response, "alternate", "https://ca.test/cert/1") ==
          std::vector<std::string>{"https://ca.test/a,b", "https://ca.test/c",
                                   "https://ca.test/cert/e"});
}

}  // namespace kcert::acme
