// SPDX-License-Identifier: Apache-2.0

#include "acme/retry.h"

#include <catch2/catch.hpp>

#include "acme/ca_url.h"
#include "acme/nonces.h"

namespace kcert::acme {

namespace {

net::Response reply(int status, net::Headers headers = {}, std::string body = {}) {
    return {.status = status, .headers = std::move(headers), .body = std::move(body)};
}

}  // namespace

TEST_CASE("every answer has one meaning for the next try", "[acme][retry]") {
    const std::string bad_nonce = R"({"type":"urn:ietf:params:acme:error:badNonce"})";

    CHECK(judge(reply(201)) == Verdict::Success);
    CHECK(judge(reply(400, {}, bad_nonce)) == Verdict::BadNonce);
    CHECK(judge(reply(400)) == Verdict::Refused);
    CHECK(judge(reply(302)) == Verdict::Refused);
    CHECK(judge(reply(429)) == Verdict::Busy);
    CHECK(judge(reply(503, {{"retry-after", "1"}})) == Verdict::Busy);
    CHECK(judge(reply(503)) == Verdict::Fault);
    CHECK(judge(Error(ErrorKind::TimedOut, "slow")) == Verdict::Fault);
    CHECK(judge(Error(ErrorKind::Cancelled, "stopped")) == Verdict::Stopped);
}

TEST_CASE("a Retry-After beyond all measure stays within the range of time", "[acme][retry]") {
    const Time now = std::chrono::sys_days(std::chrono::year(2026) / 11 / 23);

    const std::optional<Time> at = retry_time(reply(429, {{"retry-after", "4000000000"}}), now);

    REQUIRE(at);
    CHECK(*at > now);
    CHECK(*at <= now + std::chrono::hours(24 * 366));
}

TEST_CASE("URLs of a CA are https, or on loopback", "[acme][retry]") {
    CHECK(is_usable_ca_url("https://ca.test/order/1"));
    CHECK(is_usable_ca_url("http://127.0.0.1:4001/dir"));
    CHECK_FALSE(is_usable_ca_url("http://ca.test/order/1"));
    CHECK_FALSE(is_usable_ca_url("file:///etc/passwd"));
    CHECK_FALSE(is_usable_ca_url("/order/1"));
    CHECK_FALSE(is_usable_ca_url("https://ca.test/\r\nHost: x"));
    CHECK_FALSE(is_usable_ca_url("https://ca.test/" + std::string(5000, 'a')));
}

TEST_CASE("nonces are used once, the freshest first, odd ones never", "[acme][retry]") {
    Nonces nonces;
    nonces.keep_from(reply(200, {{"replay-nonce", "one"}}));
    nonces.keep_from(reply(200, {{"replay-nonce", "t w o"}}));
    nonces.keep_from(reply(200, {{"replay-nonce", ""}}));
    nonces.keep_from(reply(200, {{"replay-nonce", "three"}}));
    nonces.keep_from(reply(200));

    CHECK(nonces.take() == "three");
    CHECK(nonces.take() == "one");
    CHECK_FALSE(nonces.take());
}

}  // namespace kcert::acme
