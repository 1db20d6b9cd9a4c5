// SPDX-License-Identifier: Apache-2.0
//
// A transport that speaks to a FakeCa, with a clock that stands still: what most tests of the acme
// room begin with.

#pragma once

#include "acme/transport.h"
#include "support/fake_ca.h"
#include "support/manual_clock.h"

namespace kcert::testing {

struct AcmeWorld {
    crypto::PrivateKey key =
        crypto::PrivateKey::generate({.algorithm = crypto::KeyAlgorithm::Ecdsa, .bits = 256});
    ManualClock clock;
    FakeCa ca{key};
    acme::Transport transport{ca,
                              clock,
                              ca.directory(),
                              key,
                              {.until = clock.now() + std::chrono::minutes(10), .seed = 7}};

    /// As after find_account().
    AcmeWorld& with_account() {
        ca.account_exists = true;
        transport.set_account_url("https://ca.test/account/1");
        return *this;
    }
};

/// "name0.test", "name1.test", …
inline std::vector<std::string> names(int count) {
    std::vector<std::string> made;
    made.reserve(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) {
        made.push_back("name" + std::to_string(i) + ".test");
    }
    return made;
}

/// Lets the first `times` requests of that kind run into `outcome`.
inline auto first(int times, const std::string& kind, const net::Outcome& outcome) {
    return [=, left = times](const net::Request& request) mutable -> std::optional<net::Outcome> {
        if (kind_of(request.url) != kind || left == 0) {
            return std::nullopt;
        }
        --left;
        return outcome;
    };
}

}  // namespace kcert::testing
