// SPDX-License-Identifier: Apache-2.0

#include "acme/authorization.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "acme/answer.h"
#include "acme/ca_url.h"
#include "base/text.h"

namespace kcert::acme {

namespace {

/// How often an answer whose fate is unknown is sent; each is followed by a look.
constexpr int kMaxTries = 3;
constexpr std::size_t kMaxChallenges = 50;
constexpr std::size_t kMaxToken = 512;

constexpr std::array kStatuses = {
    std::pair{AuthorizationStatus::Pending, std::string_view("pending")},
    std::pair{AuthorizationStatus::Valid, std::string_view("valid")},
    std::pair{AuthorizationStatus::Invalid, std::string_view("invalid")},
    std::pair{AuthorizationStatus::Deactivated, std::string_view("deactivated")},
    std::pair{AuthorizationStatus::Expired, std::string_view("expired")},
    std::pair{AuthorizationStatus::Revoked, std::string_view("revoked")},
};

AuthorizationStatus read_status(std::string_view text) {
    for (const auto& [status, word] : kStatuses) {
        if (word == text) {
            return status;
        }
    }
    return AuthorizationStatus::Unknown;
}

Challenge read_challenge(const json::Value& value) {
    Challenge challenge{.type = std::string(value.text({"type"})),
                        .url = std::string(value.text({"url"})),
                        .token = std::string(value.text({"token"})),
                        .status = std::string(value.text({"status"}))};
    if (value["error"].is_object()) {
        challenge.error = read_problem(value["error"]);
    }
    return challenge;
}

Authorization read_authorization(const net::Response& response, const std::string& url) {
    const json::Value body = read_object(response, "authorization");
    const json::Value& wildcard = body["wildcard"];
    Authorization authorization{.url = url,
                                .name = read_name(body["identifier"]),
                                .status = read_status(body.text({"status"})),
                                .expires = read_time(body, "expires")};
    if (wildcard.is_bool() && wildcard.as_bool()) {
        authorization.name.insert(0, "*.");
    }
    if (const json::Value& list = body["challenges"]; list.is_array()) {
        const std::size_t count = std::min(list.as_array().size(), kMaxChallenges);
        for (std::size_t i = 0; i < count; ++i) {
            authorization.challenges.push_back(read_challenge(list.as_array()[i]));
        }
    }
    return authorization;
}

std::vector<PostOutcome> fetch_all(Transport& transport, std::span<const std::string> urls,
                                   const std::stop_token& stop) {
    std::vector<Post> posts;
    for (const std::string& url : urls) {
        posts.push_back({.url = check_ca_url(url, "authorization")});
    }
    return transport.post_all(posts, stop);
}

bool is_token(std::string_view text) {
    return !text.empty() && text.size() <= kMaxToken &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                      c == '-' || c == '_';
           });
}

/// Whether the CA still waits for this challenge to be answered.
bool waits_for(const Authorization& authorization, const std::string& challenge_url) {
    return authorization.status == AuthorizationStatus::Pending &&
           std::any_of(authorization.challenges.begin(), authorization.challenges.end(),
                       [&](const Challenge& challenge) {
                           return challenge.url == challenge_url && challenge.status == "pending";
                       });
}

/// Sends the answers; what did not surely arrive and is still waited for. Throws the refusal of
/// one that is still waited for.
std::vector<ChallengeAnswer> answer_once(Transport& transport,
                                         std::span<const ChallengeAnswer> answers,
                                         const std::stop_token& stop) {
    std::vector<Post> posts;
    for (const ChallengeAnswer& answer : answers) {
        posts.push_back({.url = check_ca_url(answer.challenge_url, "challenge"),
                         .payload = "{}",
                         .after_fault = AfterFault::Report});
    }
    const std::vector<PostOutcome> outcomes = transport.post_all(posts, stop);
    std::vector<std::size_t> doubtful;
    std::vector<std::string> urls;
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        if (std::holds_alternative<Error>(outcomes[i])) {
            answer(outcomes[i]);
        }
        if (!std::holds_alternative<net::Response>(outcomes[i])) {
            doubtful.push_back(i);
            urls.push_back(answers[i].authorization_url);
        }
    }
    std::vector<ChallengeAnswer> again;
    const std::vector<Authorization> seen = fetch_authorizations(transport, urls, stop);
    for (std::size_t k = 0; k < doubtful.size(); ++k) {
        const std::size_t i = doubtful[k];
        if (!waits_for(seen[k], answers[i].challenge_url)) {
            continue;
        }
        if (std::holds_alternative<ProblemError>(outcomes[i])) {
            while_doing(printable(seen[k].name), [&] { answer(outcomes[i]); });
        }
        again.push_back(answers[i]);
    }
    return again;
}

/// The authorization's failure: its challenge tells the cause.
Problem failure(const Authorization& authorization) {
    Problem problem{.detail = fmt::format("authorization is {}", to_string(authorization.status))};
    for (const Challenge& challenge : authorization.challenges) {
        if (challenge.error) {
            problem = *challenge.error;
        }
    }
    problem.identifier = authorization.name;
    return problem;
}

}  // namespace

std::string_view to_string(AuthorizationStatus status) {
    for (const auto& [known, word] : kStatuses) {
        if (known == status) {
            return word;
        }
    }
    return "unknown";
}

std::vector<Authorization> fetch_authorizations(Transport& transport,
                                                std::span<const std::string> urls,
                                                std::stop_token stop) {
    std::vector<Authorization> authorizations;
    const std::vector<PostOutcome> outcomes = fetch_all(transport, urls, stop);
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        authorizations.push_back(read_authorization(answer(outcomes[i]), urls[i]));
    }
    return authorizations;
}

const Challenge& dns01_challenge(const Authorization& authorization) {
    std::vector<std::string> types;
    for (const Challenge& challenge : authorization.challenges) {
        if (challenge.type == "dns-01") {
            if (!is_token(challenge.token)) {
                throw Error(ErrorKind::Declined,
                            fmt::format("the CA's token for {} is not base64url",
                                        printable(authorization.name)));
            }
            check_ca_url(challenge.url, "challenge");
            return challenge;
        }
        types.push_back(challenge.type);
    }
    throw Error(
        ErrorKind::Declined,
        fmt::format("the CA does not offer dns-01 for {}, only: {}", printable(authorization.name),
                    types.empty() ? "nothing" : printable(join(types, ", "))));
}

Sensitive key_authorization(std::string_view token, std::string_view thumbprint) {
    return Sensitive(fmt::format("{}.{}", token, thumbprint));
}

void answer_challenges(Transport& transport, std::span<const ChallengeAnswer> answers,
                       std::stop_token stop) {
    std::vector<ChallengeAnswer> open(answers.begin(), answers.end());
    for (int tries = 1; !open.empty(); ++tries) {
        open = answer_once(transport, open, stop);
        if (!open.empty() && tries == kMaxTries) {
            throw Error(
                ErrorKind::Transport,
                fmt::format("the CA does not take the answer to {} challenges", open.size()));
        }
    }
}

std::vector<Problem> fetch_failures(Transport& transport, std::span<const std::string> urls,
                                    std::stop_token stop) {
    std::vector<Problem> problems;
    const std::vector<PostOutcome> outcomes = fetch_all(transport, urls, stop);
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        const auto* response = std::get_if<net::Response>(&outcomes[i]);
        if (response == nullptr) {
            continue;
        }
        const Authorization authorization = read_authorization(*response, urls[i]);
        if (authorization.status != AuthorizationStatus::Valid &&
            authorization.status != AuthorizationStatus::Pending) {
            problems.push_back(failure(authorization));
        }
    }
    return problems;
}

}  // namespace kcert::acme
