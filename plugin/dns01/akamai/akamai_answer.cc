// SPDX-License-Identifier: Apache-2.0

#include "dns01/akamai/akamai_answer.h"

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "base/timestamp.h"
#include "dns01/service/api_token.h"
#include "json/json.h"
#include "net/retry_after.h"

namespace kcert::dns01::akamai {
namespace {

constexpr int kBadRequest = 400;
constexpr int kUnauthorized = 401;
constexpr int kForbidden = 403;
constexpr int kNotFound = 404;
constexpr int kConflict = 409;
constexpr int kTooManyRequests = 429;
constexpr std::string_view kGrant = "READ-WRITE on DNS—Zone Record Management";

json::Value parsed(const net::Response& response) {
    try {
        return json::parse_json(response.body);
    } catch (const Error&) {
        return {};
    }
}

std::string all_words(const json::Value& problem) {
    constexpr std::size_t kMostErrors = 5;
    std::vector<std::string> words;
    const auto add = [&](std::string_view text) {
        if (!text.empty() && std::ranges::find(words, text) == words.end()) {
            words.emplace_back(text);
        }
    };
    add(problem.text({"title"}));
    add(problem.text({"detail"}));
    if (problem["errors"].is_array()) {
        for (const json::Value& error : problem["errors"].as_array()) {
            if (words.size() < kMostErrors) {
                add(error.text({"detail"}));
            }
        }
    }
    return join(words, ": ");
}

bool mentions(const AkamaiProblem& problem, std::string_view word) {
    return to_lower(problem.words).find(word) != std::string::npos;
}

std::string clock_meaning(const net::Response& response, const AkamaiProblem& problem, Time now) {
    std::optional<Time> theirs = parse_rfc3339(problem.time);
    if (!theirs) {
        theirs = parse_http_date(response.header("date").value_or(""));
    }
    return fmt::format(
        "this machine's clock is wrong: a signature is good for 30 seconds; it is {} "
        "here{}",
        rfc3339(now), theirs ? fmt::format(" and {} at Akamai", rfc3339(*theirs)) : "");
}

std::string meaning_of(const net::Response& response, const AkamaiProblem& problem, Time now) {
    if (problem.layer == "pep-authn" && mentions(problem, "timestamp")) {
        return clock_meaning(response, problem, now);
    }
    if (problem.layer == "pep-authn" || response.status == kUnauthorized) {
        return "the API client's credentials are not valid: client token, access token and client "
               "secret have to be those of one API client, which serviceConsumerDomain names, "
               "neither swapped, expired nor deactivated";
    }
    switch (response.status) {
        case kForbidden:
            return problem.layer == "pep-authz"
                       ? fmt::format("the API client lacks a grant: it takes {}", kGrant)
                       : fmt::format(
                             "the API client may not do that: it takes {}, and access to "
                             "the group and contract of the zone",
                             kGrant);
        case kNotFound:
            return "Akamai knows no such zone or record set";
        case kConflict:
            return "another change of the zone came in between";
        case kTooManyRequests:
            return "too many requests: Akamai's limit for the API client is reached";
        default:
            return {};
    }
}

}  // namespace

AkamaiProblem akamai_problem(const net::Response& response) {
    const json::Value problem = parsed(response);
    const std::vector<std::string> path = split(problem.text({"type"}), '/');
    AkamaiProblem told{.type = path.back(),
                       .words = all_words(problem),
                       .time = std::string(problem.text({"requestTime"}))};
    if (path.size() > 1) {
        told.layer = path[path.size() - 2];
    }
    return told;
}

bool is_akamai_busy(const net::Response& response) {
    return response.status == kConflict &&
           akamai_problem(response).type == "concurrentZoneModification";
}

bool refuses_ttl(const net::Response& response) {
    return response.status == kBadRequest && mentions(akamai_problem(response), "ttl");
}

bool is_stale(const net::Response& response) {
    return response.status == kNotFound ||
           (response.status == kConflict && !is_akamai_busy(response)) ||
           (response.status == kBadRequest && mentions(akamai_problem(response), "not exist"));
}

std::string explain_akamai(const net::Response& response, const EdgeGridLogin& login, Time now) {
    const AkamaiProblem problem = akamai_problem(response);
    std::string meaning = meaning_of(response, problem, now);
    if (problem.words.empty()) {
        return meaning;
    }
    std::string words = words_without(login.client_secret, problem.words);
    for (const Sensitive* const token : {&login.client_token, &login.access_token}) {
        words = words_without(*token, words);
    }
    return fmt::format("{} (Akamai: \"{}\")",
                       meaning.empty() ? fmt::format("HTTP status {}", response.status) : meaning,
                       words);
}

std::optional<Duration> akamai_wait(const net::Response& response, Time now) {
    if (const std::optional<Duration> wait = net::retry_after(response, now)) {
        return wait;
    }
    const std::optional<Time> next =
        response.status == kTooManyRequests
            ? parse_rfc3339(response.header("x-ratelimit-next").value_or(""))
            : std::nullopt;
    return next ? std::optional(std::max(*next - now, Duration::zero())) : std::nullopt;
}

json::Value akamai_answer(const net::Response& response, std::string_view doing) {
    json::Value body = parsed(response);
    if (!body.is_object()) {
        throw Error(ErrorKind::Transport,
                    fmt::format("akamai: {}: the answer is not one of Edge DNS", doing));
    }
    return body;
}

}  // namespace kcert::dns01::akamai
