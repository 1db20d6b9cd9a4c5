// SPDX-License-Identifier: Apache-2.0

#include "acme/problem.h"

#include <catch2/catch.hpp>

#include "json/json.h"

namespace kcert::acme {

namespace {

Problem parse(std::string_view text) {
    return read_problem(json::parse_json(text));
}

}  // namespace

TEST_CASE("a problem is told in plain words with the CA's sentence", "[acme][problem]") {
    const Problem problem = parse(
        R"({"type":"urn:ietf:params:acme:error:rateLimited","detail":"too many orders","status":429})");

    CHECK(problem.is("rateLimited"));
    CHECK_FALSE(problem.is("malformed"));
    CHECK(describe(problem) == "rate limit reached: too many orders");
}

TEST_CASE("subproblems are shown with their names", "[acme][problem]") {
    const Problem problem = parse(R"({"type":"urn:ietf:params:acme:error:rejectedIdentifier",
        "detail":"2 names","subproblems":[
        {"type":"urn:ietf:params:acme:error:caa","detail":"CAA says no","identifier":{"value":"A.test"}},
        {"type":"urn:ietf:params:acme:error:dns","detail":"SERVFAIL","identifier":{"value":"b.test"}}]})");

    CHECK(describe(problem) ==
          "the CA does not issue for this name: 2 names; "
          "a.test: a CAA record forbids this CA to issue: CAA says no; "
          "b.test: the CA could not look the name up in DNS: SERVFAIL");
}

TEST_CASE("a problem of an unknown type is shown by its type", "[acme][problem]") {
    CHECK(describe(parse(R"({"type":"urn:ietf:params:acme:error:novel","detail":"hm"})")) ==
          "the CA refuses: novel: hm");
    CHECK(describe(parse(R"({"type":"https://ca.test/errors/7"})")) ==
          "the CA refuses: https://ca.test/errors/7");
}

TEST_CASE("control characters of a problem are shown and not obeyed", "[acme][problem]") {
    const std::string text = describe(parse(R"({"detail":"\u001b[2Jgone\nline"})"));

    CHECK(text.find('\x1b') == std::string::npos);
    CHECK(text.find('\n') == std::string::npos);
    CHECK_THAT(text, Catch::Contains("gone"));
}

TEST_CASE("members of a wrong type do not keep a problem from being read", "[acme][problem]") {
    const Problem problem =
        parse(R"({"type":7,"detail":["x"],"status":"400","identifier":"a","subproblems":{"a":1}})");

    CHECK(problem.type.empty());
    CHECK(problem.subproblems.empty());
    CHECK(describe(problem) == "the CA refuses");
}

TEST_CASE("an answer without a problem document is told by its status", "[acme][problem]") {
    const Problem problem =
        read_problem(net::Response{.status = 418, .body = "<html>teapot</html>"});

    CHECK(problem.status == 418);
    CHECK(describe(problem) == "the CA answered HTTP status 418");
}

TEST_CASE("a refusal tells when asking again makes sense", "[acme][problem]") {
    const Time at = std::chrono::sys_days(std::chrono::year(2026) / 11 / 24);

    const ProblemError error(Problem{.type = "urn:ietf:params:acme:error:rateLimited"}, at);

    CHECK(error.kind() == ErrorKind::Declined);
    CHECK(error.retry_at() == at);
    CHECK(std::string(error.what()) ==
          "rate limit reached (the CA asks to wait until 2026-11-24T00:00:00Z)");
}

}  // namespace kcert::acme
