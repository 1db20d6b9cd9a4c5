// SPDX-License-Identifier: Apache-2.0

#include "issuance/providers.h"

#include <catch2/catch.hpp>

#include "shop.h"

namespace kcert::issuance {

namespace {

using fixtures::Shop;

/// The Issuer's providers become solvers[] with a selector each.
void use_solvers(const Shop& shop) {
    shop.edit("issuer.yaml",
              "    dns01:\n      providers:\n      - name: prod-dns\n        rfc2136",
              "    solvers:\n      - selector:\n          dnsNames: [example.com]\n"
              "        dns01:\n          rfc2136");
    shop.edit("issuer.yaml", "          nameserver", "            nameserver");
    shop.edit("issuer.yaml", "      - name: cf-dns\n        cloudflare:\n",
              "      - dns01:\n          cloudflare:\n");
    shop.edit("issuer.yaml", "          email: user", "            email: user");
    shop.edit("issuer.yaml",
              "          apiKeySecretRef:\n            name: cloudflare-api-key\n            key",
              "            apiKeySecretRef:\n              name: cloudflare-api-key\n"
              "              key");
    const std::string text = shop.folder.read("certificate.yaml");
    shop.folder.write("certificate.yaml", text.substr(0, text.find("  acme:")));
}

}  // namespace

TEST_CASE("a provider is made once, from its stanza and its secrets", "[issuance][providers]") {
    Shop shop;
    const World world = shop.world();
    const Subject subject = shop.subject();
    Providers providers(world, subject);

    const dns01::Provider& first = providers.of(subject.acme().providers[1]);
    const dns01::Provider& second = providers.of("cf-dns");

    CHECK(&first == &second);
    REQUIRE(shop.built.size() == 1);
    CHECK(shop.built[0].code == "cloudflare");
    CHECK(shop.built[0].config.text({"email"}) == "user@example.com");
    CHECK(shop.built[0].secrets.at("apiKeySecretRef").reveal() == "not-a-real-key");
}

TEST_CASE("a provider that the Issuer has no more is named", "[issuance][providers]") {
    Shop shop;
    const World world = shop.world();
    const Subject subject = shop.subject();
    Providers providers(world, subject);

    CHECK_THROWS_WITH(providers.of("old-dns"),
                      "the issuer has no DNS provider \"old-dns\" any more");
}

TEST_CASE("a provider that cannot be made is named", "[issuance][providers]") {
    Shop shop;
    World world = shop.world();
    world.make_provider = [](const dns01::ProviderRequest&,
                             const dns01::ProviderWorld&) -> std::unique_ptr<dns01::Provider> {
        throw Error(ErrorKind::Config, "not built in");
    };
    const Subject subject = shop.subject();
    Providers providers(world, subject);

    CHECK_THROWS_WITH(providers.of("prod-dns"), "DNS provider \"prod-dns\": not built in");
    CHECK_THROWS_WITH(providers.of("prod-dns"), "DNS provider \"prod-dns\": not built in");
}

TEST_CASE("entries of solvers[] are told apart by their place", "[issuance][providers]") {
    Shop shop;
    use_solvers(shop);
    const World world = shop.world();
    const Subject subject = shop.subject();
    REQUIRE(subject.acme().solvers.size() == 2);
    Providers providers(world, subject);

    providers.of("spec.acme.solvers[1]");

    CHECK(solver_id(subject.acme(), *subject.acme().solvers[0].dns01) == "spec.acme.solvers[0]");
    REQUIRE(shop.built.size() == 1);
    CHECK(shop.built[0].code == "cloudflare");
}

TEST_CASE("a certificate is issued through solvers[]", "[issuance][providers]") {
    Shop shop;
    use_solvers(shop);

    const Outcome outcome = shop.issue();

    CHECK(outcome.result == Result::Issued);
    CHECK(shop.prod.presented.size() == 1);
    CHECK(shop.cf.presented.size() == 1);
}

}  // namespace kcert::issuance
