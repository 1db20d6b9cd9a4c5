// SPDX-License-Identifier: Apache-2.0

#include "kube/api_retry.h"

#include <catch2/catch.hpp>

namespace kcert::kube {
namespace {

using std::chrono::seconds;

const net::Request kGet{.method = "GET"};
const net::Request kPost{.method = "POST"};

std::optional<Duration> wait(int status, const char* header, int retries = 0) {
    return retry_wait(kPost, net::Response{status, {{"retry-after", header}}, ""}, retries);
}

net::Outcome failure(bool cut_off) {
    Error error(ErrorKind::Transport, "broken");
    if (cut_off) {
        error.mark_cut_off();
    }
    return error;
}

}  // namespace

TEST_CASE("an answer is asked for again when the server says when", "[kube][unit]") {
    CHECK(wait(429, "1") == seconds(1));
    CHECK(wait(503, " 7 ") == seconds(7));
    CHECK(wait(500, "0") == seconds(0));
    CHECK(wait(429, "1", 9) == seconds(1));
    CHECK_FALSE(wait(429, "1", 10));
    CHECK_FALSE(wait(429, "Mon, 30 Nov 2026 09:15:00 GMT"));
    CHECK_FALSE(wait(429, ""));
    CHECK_FALSE(wait(429, "-1"));
    CHECK_FALSE(wait(429, "1.5"));
    CHECK_FALSE(wait(429, "86400"));
    CHECK_FALSE(wait(409, "1"));
    CHECK_FALSE(wait(200, "1"));
    CHECK_FALSE(retry_wait(kGet, net::Response{503, {}, ""}, 0));
}

TEST_CASE("only a GET is sent again when its connection breaks", "[kube][unit]") {
    CHECK(retry_wait(kGet, failure(true), 0) == seconds(1));
    CHECK_FALSE(retry_wait(kGet, failure(true), 10));
    CHECK_FALSE(retry_wait(kGet, failure(false), 0));
    CHECK_FALSE(retry_wait(kPost, failure(true), 0));
}

TEST_CASE("a conflict waits ten milliseconds and a little more", "[kube][unit]") {
    for (std::uint64_t seed : {0UL, 1UL, 4711UL, ~0UL}) {
        CHECK(conflict_wait(seed) >= std::chrono::milliseconds(10));
        CHECK(conflict_wait(seed) < std::chrono::milliseconds(11));
    }
    CHECK(conflict_wait(1) != conflict_wait(2));
}

}  // namespace kcert::kube
