// SPDX-License-Identifier: Apache-2.0

#include "dns01/akamai/akamai_answer.h"

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "base/error.h"
#include "support/manual_clock.h"

namespace kcert::dns01::akamai {
namespace {

using Catch::Matchers::Contains;

const EdgeGridLogin kLogin{.client_token = Sensitive("akab-client"),
                           .client_secret = Sensitive("the-client-secret="),
                           .access_token = Sensitive("akab-access")};

net::Response problem(int status, const std::string& type, const std::string& title,
                      const std::string& detail) {
    return {status,
            {{"date", "Mon, 23 Nov 2026 00:04:00 GMT"}},
            fmt::format(R"({{"type":"https://problems.luna.akamaiapis.net/{}","title":"{}",
                             "status":{},"detail":"{}"}})",
                        type, title, status, detail)};
}

std::string explained(const net::Response& response) {
    return explain_akamai(response, kLogin, testing::ManualClock().now());
}

TEST_CASE("akamai's refusals are told as advice", "[dns01][unit]") {
    struct Case {
        net::Response response;
        const char* advice;
        const char* words;
    };
    const Case refused = GENERATE(
        Case{problem(401, "-/pep-authn/deny", "Not authorized", "Inactive client token"),
             "credentials are not valid", "Inactive client token"},
        Case{problem(400, "-/pep-authn/request-error", "Bad request", "Invalid authorization"),
             "those of one API client", "Invalid authorization"},
        Case{problem(403, "-/pep-authz/deny", "Forbidden",
                     "The client does not have the grants needed for this request"),
             "lacks a grant: it takes READ-WRITE on DNS—Zone Record Management", "grants needed"},
        Case{problem(403, "authoritative-dns/accessDenied", "Access denied", "no"),
             "group and contract of the zone", "Access denied"},
        Case{problem(404, "authoritative-dns/notFound", "Not Found", "no zone"), "no such zone",
             "no zone"},
        Case{problem(409, "authoritative-dns/concurrentZoneModification", "Conflict", "again"),
             "came in between", "Conflict"},
        Case{problem(429, "-/pep/rate-limit", "Too many requests", "slow"), "limit", "slow"},
        Case{problem(422, "authoritative-dns/x", "Odd", "thing"), "HTTP status 422", "Odd: thing"});

    CHECK_THAT(explained(refused.response), Contains(refused.advice) && Contains(refused.words));
}

TEST_CASE("a wrong clock is told with the hour at akamai", "[dns01][unit]") {
    net::Response response =
        problem(400, "-/pep-authn/request-error", "Bad request", "Invalid timestamp");

    CHECK_THAT(explained(response), Contains("clock is wrong") &&
                                        Contains("2026-11-23T00:00:00Z here") &&
                                        Contains("2026-11-23T00:04:00Z at Akamai"));

    response.body.replace(response.body.find("\"status\""), 0,
                          "\"requestTime\":\"2026-11-23T00:05:00Z\",");
    CHECK_THAT(explained(response), Contains("2026-11-23T00:05:00Z at Akamai"));

    response.headers.clear();
    response.body.replace(response.body.find("2026-11-23T00:05:00Z"), 20, "soon");
    CHECK_THAT(explained(response), Contains("clock is wrong") && !Contains("at Akamai"));
}

TEST_CASE("akamai's words that show the credential are not told", "[dns01][unit]") {
    for (const char* secret : {"akab-client", "the-client-secret=", "akab-access"}) {
        CHECK_THAT(explained(problem(401, "-/pep-authn/deny", "Not authorized", secret)),
                   !Contains(secret) && Contains("words that show the credential"));
    }
    CHECK_THAT(explained(problem(401, "x/y", "a\\u001b[31m", std::string(5000, 'x'))),
               !Contains("\x1b") && !Contains(std::string(400, 'x')));
}

TEST_CASE("akamai's 409 is either busy or stale", "[dns01][unit]") {
    const net::Response busy =
        problem(409, "authoritative-dns/concurrentZoneModification", "Conflict", "again");
    const net::Response duplicate =
        problem(409, "authoritative-dns/duplicateRecordSet", "Conflict", "is there");

    CHECK(is_akamai_busy(busy));
    CHECK_FALSE(is_stale(busy));
    CHECK_FALSE(is_akamai_busy(duplicate));
    CHECK(is_stale(duplicate));
    CHECK(is_stale({404, {}, ""}));
    CHECK(is_stale(problem(400, "a/b", "Bad request", "record does not exist")));
    CHECK_FALSE(is_stale(problem(400, "a/b", "Bad request", "ttl")));
    CHECK(refuses_ttl(problem(400, "a/b", "Bad request", "TTL is below 300")));
}

TEST_CASE("akamai's rate limit tells when there is room again", "[dns01][unit]") {
    const Time now = testing::ManualClock().now();
    const auto wait = [&](int status, const char* next) {
        return akamai_wait({status, {{"x-ratelimit-next", next}}, ""}, now);
    };

    CHECK(wait(429, "2026-11-23T00:00:07Z") == std::chrono::seconds(7));
    CHECK(wait(429, "2020-01-01T00:00:00Z") == Duration::zero());
    CHECK(wait(429, "soon") == std::nullopt);
    CHECK(wait(500, "2026-11-23T00:00:07Z") == std::nullopt);
    CHECK(akamai_wait({429, {{"retry-after", "3"}}, ""}, now) == std::chrono::seconds(3));
}

TEST_CASE("what is no object is no answer of akamai's", "[dns01][unit]") {
    for (const char* body : {"", "<html>", "[]", "null", "7"}) {
        CHECK_THROWS_AS(akamai_answer({200, {}, body}, "reading"), Error);
        CHECK(akamai_problem({500, {}, body}).words.empty());
    }
    CHECK(
        akamai_problem({400, {}, R"({"type":5,"title":[],"errors":[1,{"detail":"why"}]})"}).words ==
        "why");
}

}  // namespace
}  // namespace kcert::dns01::akamai
