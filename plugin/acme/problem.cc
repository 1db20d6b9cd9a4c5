// SPDX-License-Identifier: Apache-2.0

#include "acme/problem.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "acme/answer.h"
#include "base/text.h"
#include "base/timestamp.h"
#include "json/json.h"

namespace kcert::acme {

namespace {

constexpr std::string_view kPrefix = "urn:ietf:params:acme:error:";
constexpr std::size_t kMaxSubproblems = 200;
constexpr std::size_t kMaxDetail = 1000;

struct Wording {
    std::string_view type;
    std::string_view words;
};

// RFC 8555 §6.7 and its kin: what each means to the person who asked for a certificate.
constexpr std::array kWordings = {
    Wording{"accountDoesNotExist", "the CA knows no account of this key"},
    Wording{"alreadyReplaced", "the certificate was already replaced by another order"},
    Wording{"alreadyRevoked", "the certificate is already revoked"},
    Wording{"badCSR", "the CA does not accept the certificate request"},
    Wording{"badNonce", "the CA kept refusing fresh nonces"},
    Wording{"badPublicKey", "the CA does not accept this kind or size of key"},
    Wording{"badSignatureAlgorithm",
            "the CA does not accept the account key's signature algorithm"},
    Wording{"caa", "a CAA record forbids this CA to issue"},
    Wording{"compound", "several names failed"},
    Wording{"connection", "the CA could not reach the name's server"},
    Wording{"dns", "the CA could not look the name up in DNS"},
    Wording{"externalAccountRequired",
            "the CA asks for an external account (externalAccountBinding)"},
    Wording{"incorrectResponse", "the CA saw another TXT value than the one expected"},
    Wording{"invalidContact", "the CA does not accept the contact address"},
    Wording{"invalidProfile", "the CA does not offer this profile"},
    Wording{"malformed", "the CA does not understand the request"},
    Wording{"orderNotReady", "the order is not ready to be finalized"},
    Wording{"rateLimited", "rate limit reached"},
    Wording{"rejectedIdentifier", "the CA does not issue for this name"},
    Wording{"serverInternal", "the CA failed inside"},
    Wording{"tls", "the CA found a TLS fault"},
    Wording{"unauthorized", "the CA says: not authorized"},
    Wording{"unsupportedContact", "the CA does not accept this kind of contact"},
    Wording{"unsupportedIdentifier", "the CA does not issue for this kind of name"},
    Wording{"userActionRequired", "the CA wants you to visit a page first"},
};

std::string_view short_name(std::string_view type) {
    return type.starts_with(kPrefix) ? type.substr(kPrefix.size()) : std::string_view();
}

std::string words(const Problem& problem) {
    const std::string_view name = short_name(problem.type);
    const auto* found = std::find_if(kWordings.begin(), kWordings.end(),
                                     [&](const Wording& wording) { return wording.type == name; });
    if (found != kWordings.end()) {
        return std::string(found->words);
    }
    const std::string_view shown = name.empty() ? std::string_view(problem.type) : name;
    if (shown.empty() || shown == "about:blank") {
        return problem.status == 0 ? "the CA refuses"
                                   : fmt::format("the CA answered HTTP status {}", problem.status);
    }
    return "the CA refuses: " + std::string(shown);
}

std::string describe_one(const Problem& problem) {
    std::string text = words(problem);
    if (problem.status >= 500 && !problem.type.empty()) {
        text += fmt::format(" (HTTP status {})", problem.status);
    }
    if (!problem.identifier.empty()) {
        text.insert(0, problem.identifier + ": ");
    }
    if (!problem.detail.empty()) {
        text += ": " + problem.detail.substr(0, kMaxDetail);
    }
    return text;
}

Problem read_one(const json::Value& value) {
    Problem problem{.type = std::string(value.text({"type"})),
                    .detail = std::string(value.text({"detail"})),
                    .identifier = to_lower(value.text({"identifier", "value"}))};
    if (const json::Value& status = value["status"]; status.is_int()) {
        problem.status = static_cast<int>(std::clamp<std::int64_t>(status.as_int(), 0, 999));
    }
    return problem;
}

}  // namespace

bool Problem::is(std::string_view name) const {
    return short_name(type) == name;
}

std::string describe(const Problem& problem) {
    std::string text = describe_one(problem);
    for (const Problem& subproblem : problem.subproblems) {
        text += "; " + describe_one(subproblem);
    }
    return printable(text);
}

Problem read_problem(const json::Value& value) {
    Problem problem = read_one(value);
    if (const json::Value& list = value["subproblems"]; list.is_array()) {
        const std::size_t count = std::min(list.as_array().size(), kMaxSubproblems);
        for (std::size_t i = 0; i < count; ++i) {
            problem.subproblems.push_back(read_one(list.as_array()[i]));
        }
    }
    return problem;
}

Problem read_problem(const net::Response& response) {
    Problem problem;
    try {
        problem = read_problem(read_object(response, "problem document"));
    } catch (const Error&) {  // a proxy's page, say: the status has to do
        problem = {};
    }
    problem.status = response.status;
    return problem;
}

std::string wait_words(std::optional<Time> retry_at) {
    return retry_at ? fmt::format(" (the CA asks to wait until {})", rfc3339(*retry_at)) : "";
}

ProblemError::ProblemError(Problem problem, std::optional<Time> retry_at)
    : Error(ErrorKind::Declined, describe(problem) + wait_words(retry_at)),
      problem_(std::move(problem)),
      retry_at_(retry_at) {}

}  // namespace kcert::acme
