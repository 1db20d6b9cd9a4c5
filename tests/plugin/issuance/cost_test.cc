// SPDX-License-Identifier: Apache-2.0
//
// What a whole run costs: requests to the CA, and round trips one after the other.

#include <catch2/catch.hpp>

#include "shop.h"

namespace kcert::issuance {

namespace {

using fixtures::Shop;

/// Those that open the connection: TCP and TLS 1.3.
constexpr int kToConnect = 2;

/// The Certificate asks for `count` names, all of one provider.
void ask_for(const Shop& shop, int count) {
    std::string names;
    std::string domains;
    for (int i = 0; i < count; ++i) {
        const std::string item = "- n" + std::to_string(i) + ".example.com\n";
        names += "  " + item;
        domains += "      " + item;
    }
    shop.folder.write("certificate.yaml",
                      "apiVersion: certmanager.k8s.io/v1alpha1\n"
                      "kind: Certificate\n"
                      "metadata:\n"
                      "  name: web\n"
                      "  namespace: shop\n"
                      "spec:\n"
                      "  secretName: web-tls\n"
                      "  keyAlgorithm: ecdsa\n"
                      "  issuerRef:\n"
                      "    name: letsencrypt\n"
                      "  dnsNames:\n" +
                          names +
                          "  acme:\n"
                          "    config:\n"
                          "    - dns01:\n"
                          "        provider: prod-dns\n"
                          "      domains:\n" +
                          domains);
}

int trips(int names) {
    Shop shop;
    ask_for(shop, names);
    REQUIRE(shop.issue().result == Result::Issued);
    return shop.ca.round_trips + kToConnect;
}

}  // namespace

TEST_CASE("a run for n fresh names costs at most 2n + 9 requests and ten nonces",
          "[issuance][cost]") {
    const int names = GENERATE(1, 10, 100);
    Shop shop;
    ask_for(shop, names);
    shop.ca.looks_until_ready = 3;
    shop.ca.looks_until_valid = 1;

    REQUIRE(shop.issue().result == Result::Issued);

    CHECK(shop.ca.requests() <= 2 * names + 9);
    CHECK(shop.ca.counts["nonce"] <= 10);
    CHECK(shop.ca.faults.empty());
}

TEST_CASE("a run whose order comes back ready costs at most 8 requests", "[issuance][cost]") {
    const int names = GENERATE(1, 100);
    Shop shop;
    ask_for(shop, names);
    shop.ca.authorized = true;

    REQUIRE(shop.issue().result == Result::Issued);

    CHECK(shop.ca.requests() <= 8);
}

TEST_CASE("one name costs at most 14 round trips, ten cost 4 more at most", "[issuance][cost]") {
    const int one = trips(1);

    CHECK(one <= 14);
    CHECK(trips(10) <= one + 4);
}

TEST_CASE("an order that is valid when it was finalized is not looked at again",
          "[issuance][cost]") {
    Shop shop;
    ask_for(shop, 1);
    shop.ca.looks_until_valid = 0;

    REQUIRE(shop.issue().result == Result::Issued);

    CHECK(shop.ca.counts["order"] == 1);
}

}  // namespace kcert::issuance
