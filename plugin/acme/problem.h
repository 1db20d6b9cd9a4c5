// SPDX-License-Identifier: Apache-2.0
//
// What a CA says when it says no: a problem document (RFC 7807, RFC 8555 §6.7), and the Error that
// carries one. Everything in it is the CA's text and hostile until it was made printable.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "json/value.h"
#include "net/http_client.h"

namespace kcert::acme {

struct Problem {
    std::string type;        ///< "urn:ietf:params:acme:error:rateLimited"; empty where not told
    std::string detail;      ///< the CA's own sentence, as it came
    int status = 0;          ///< the HTTP status; 0 inside an order or a challenge
    std::string identifier;  ///< the name it is about; empty: the whole request
    std::vector<Problem> subproblems;  ///< one a name; never nested deeper

    /// Whether it is the ACME error of that name: is("badNonce").
    bool is(std::string_view short_name) const;
};

/// One printable line: name, what it means in plain words, the CA's sentence, each subproblem.
std::string describe(const Problem& problem);

/// " (the CA asks to wait until 2026-11-24T00:00:00Z)"; empty where it does not.
std::string wait_words(std::optional<Time> retry_at);

/// Reads a problem object leniently: members of a wrong type are taken as absent.
Problem read_problem(const json::Value& value);

/// The problem in an answer that is no success; where its body is none, one that tells the status.
Problem read_problem(const net::Response& response);

/// The CA's refusal, kind Declined.
class ProblemError : public Error {
  public:
    explicit ProblemError(Problem problem, std::optional<Time> retry_at = {});

    const Problem& problem() const noexcept { return problem_; }
    /// When the CA says that asking again makes sense; nothing where it does not say.
    std::optional<Time> retry_at() const noexcept { return retry_at_; }

  private:
    Problem problem_;
    std::optional<Time> retry_at_;
};

}  // namespace kcert::acme
