// SPDX-License-Identifier: Apache-2.0

#include "issuance/chain_check.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "plugin/issuance/fixtures.h"

namespace kcert::issuance {
namespace {

using Catch::Contains;
using fixtures::file;
using std::chrono::days;

const std::vector<std::string> kNames{"example.com", "www.example.com"};
const Time kNow = fixtures::kBegin + days(10);

crypto::PrivateKey key(const std::string& name) {
    return crypto::PrivateKey::from_pem(Sensitive(file(name)));
}

std::string refusal(const std::string& chain, const std::string& key_file,
                    const std::vector<std::string>& names, Time now) {
    try {
        check_chain(file(chain), key(key_file), names, now);
    } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::Declined);
        return error.what();
    }
    return "accepted";
}

TEST_CASE("a chain for the key and the names is accepted", "[issuance][chain]") {
    const auto leaf = check_chain(file("chain.pem"), key("leaf.key"), kNames, kNow);

    CHECK(leaf.not_after == fixtures::kEnd);
}

TEST_CASE("a chain for another key is refused", "[issuance][chain]") {
    CHECK_THAT(refusal("chain.pem", "other.key", kNames, kNow), Contains("another key"));
}

TEST_CASE("a chain for other names is refused and tells both", "[issuance][chain]") {
    CHECK_THAT(refusal("chain.pem", "leaf.key", {"example.com"}, kNow),
               Contains("for example.com, www.example.com, asked for was example.com"));
}

TEST_CASE("a chain outside its time is refused, an hour of clock skew is not",
          "[issuance][chain]") {
    CHECK_THAT(refusal("chain.pem", "leaf.key", kNames, fixtures::kEnd), Contains("valid from"));
    CHECK_THAT(refusal("chain.pem", "leaf.key", kNames, fixtures::kBegin - days(1)),
               Contains("valid from"));
    CHECK(refusal("chain.pem", "leaf.key", kNames, fixtures::kBegin - std::chrono::minutes(59)) ==
          "accepted");
}

TEST_CASE("a chain whose certificates do not sign each other is refused", "[issuance][chain]") {
    CHECK_THAT(refusal("broken-chain.pem", "leaf.key", kNames, kNow), Contains("not signed"));
}

}  // namespace
}  // namespace kcert::issuance
