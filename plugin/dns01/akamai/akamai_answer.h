// SPDX-License-Identifier: Apache-2.0
//
// What Akamai says when it refuses: application/problem+json, of EdgeGrid or of Edge DNS, and what
// it means to the person at the terminal. Pure.

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "dns01/akamai/edgegrid.h"
#include "json/value.h"
#include "net/http_client.h"

namespace kcert::dns01::akamai {

/// The members of a problem that count here; all hostile, empty where they are missing.
struct AkamaiProblem {
    std::string type;   ///< what follows the last slash: "concurrentZoneModification"
    std::string layer;  ///< what stands before it: "pep-authn", "pep-authz", "authoritative-dns"
    std::string words;  ///< title, detail and the details of its errors
    std::string time;   ///< requestTime: when Akamai got the request
};
AkamaiProblem akamai_problem(const net::Response& response);

/// Another change of the same zone is under way: to be sent again.
bool is_akamai_busy(const net::Response& response);

/// "ttl" in the words of a 400.
bool refuses_ttl(const net::Response& response);

/// A set to be changed is not there (404, or a 400 that says so), or one to be made is (409).
bool is_stale(const net::Response& response);

/// What a refusal means. Shows no secret. Empty where the status says all there is.
std::string explain_akamai(const net::Response& response, const EdgeGridLogin& login, Time now);

/// Retry-After, or the instant in X-RateLimit-Next.
std::optional<Duration> akamai_wait(const net::Response& response, Time now);

/// The object of a success. Throws Error{Transport} that begins with `doing` where the body is
/// none.
json::Value akamai_answer(const net::Response& response, std::string_view doing);

}  // namespace kcert::dns01::akamai
