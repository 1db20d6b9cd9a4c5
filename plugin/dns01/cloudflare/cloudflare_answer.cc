// SPDX-License-Identifier: Apache-2.0

#include "dns01/cloudflare/cloudflare_answer.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "json/json.h"

namespace kcert::dns01::cloudflare {
namespace {

constexpr std::size_t kMostErrors = 20;
constexpr int kUnauthorized = 401;
constexpr int kForbidden = 403;

std::optional<json::Value> parsed(const std::string& body) {
    try {
        return json::parse_json(body);
    } catch (const Error&) {
        return std::nullopt;
    }
}

void gather(const json::Value& list, std::vector<CloudflareError>& errors) {
    if (!list.is_array()) {
        return;
    }
    for (const json::Value& error : list.as_array()) {
        if (errors.size() >= kMostErrors) {
            return;
        }
        if (error["code"].is_int()) {
            errors.push_back({error["code"].as_int(), std::string(error.text({"message"}))});
            gather(error["error_chain"], errors);
        }
    }
}

/// Meanings that do not depend on the credential.
std::string_view common_meaning(std::int64_t code) {
    constexpr std::array<std::pair<std::int64_t, std::string_view>, 11> kMeanings{{
        {971, "too many requests: Cloudflare takes 1200 in five minutes of a user"},
        {7000, "Cloudflare has no such address: CLOUDFLARE_BASE_URL has to end in /client/v4"},
        {7003, "Cloudflare knows no zone or record of that id"},
        {10013, "too many requests: Cloudflare takes 1200 in five minutes of a user"},
        {10429, "too many requests: Cloudflare takes 1200 in five minutes of a user"},
        {81044, "the record is gone"},
        {81045, "the zone holds as many records as its plan allows"},
        {81053, "another record stands at this name: remove it, or lead the challenge elsewhere"},
        {81054, "a CNAME stands at this name: set cnameStrategy to Follow, or remove it"},
        {81057, "the same record is there already"},
        {81058, "the same record is there already"},
    }};
    const auto* const found =
        std::ranges::find(kMeanings, code, &std::pair<std::int64_t, std::string_view>::first);
    return found == kMeanings.end() ? std::string_view() : found->second;
}

constexpr std::string_view kTokenMayNotLogIn =
    "the API token is not valid, expired, not allowed from this address, or lacks the permission "
    "Zone:Read";
constexpr std::string_view kKeyMayNotLogIn = "the global API key is not valid";

std::string_view not_allowed(CloudflareLogin login, CloudflareStep step) {
    const bool token = login == CloudflareLogin::Token;
    if (step == CloudflareStep::LogIn) {
        return token ? kTokenMayNotLogIn : kKeyMayNotLogIn;
    }
    return token ? "the API token sees this zone and lacks the permission DNS:Edit for it"
                 : "the user of the global API key sees this zone and may not edit its records: "
                   "that takes DNS:Edit";
}

std::string_view credential_meaning(std::int64_t code, CloudflareLogin login, CloudflareStep step) {
    const bool token = login == CloudflareLogin::Token;
    switch (code) {
        case 6003:
        case 6111:
        case 9106:
        case 9107:
            return token ? "the API token does not have the form of one"
                         : "e-mail address and global API key do not have the form of such; an API "
                           "token belongs in apiTokenSecretRef";
        case 6102:
            return "email is not an e-mail address as Cloudflare wants it";
        case 6103:
            return "the key does not have the form of a global API key; an API token belongs in "
                   "apiTokenSecretRef";
        case 9103:
            return "e-mail address and global API key do not belong together, or the key was "
                   "changed";
        case 1000:
        case 9109:
        case 10000:
        case 10001:
            return not_allowed(login, step);
        default:
            return {};
    }
}

std::string_view meaning_of(std::int64_t code, int status, CloudflareLogin login,
                            CloudflareStep step) {
    if (const std::string_view common = common_meaning(code); !common.empty()) {
        return common;
    }
    const std::string_view meaning = credential_meaning(code, login, step);
    const bool refused = status == kUnauthorized || status == kForbidden;
    return meaning.empty() && refused ? not_allowed(login, step) : meaning;
}

}  // namespace

std::vector<CloudflareError> cloudflare_errors(const net::Response& response) {
    std::vector<CloudflareError> errors;
    if (const std::optional<json::Value> body = parsed(response.body)) {
        gather((*body)["errors"], errors);
    }
    return errors;
}

bool has_code(const net::Response& response, std::initializer_list<std::int64_t> codes) {
    return std::ranges::any_of(cloudflare_errors(response), [&](const CloudflareError& error) {
        return std::ranges::find(codes, error.code) != codes.end();
    });
}

bool is_cloudflare_busy(const net::Response& response) {
    return response.status >= 400 && has_code(response, {971, 10013, 10429});
}

std::string explain_cloudflare(const net::Response& response, const CloudflareConfig& config,
                               CloudflareStep step) {
    constexpr std::size_t kShown = 3;
    const std::vector<CloudflareError> errors = cloudflare_errors(response);
    if (errors.empty()) {
        return std::string(meaning_of(0, response.status, config.login, step));
    }
    // The chain says more than its head: the last code with a meaning counts.
    std::string_view meaning;
    std::vector<std::string> words;
    for (const CloudflareError& error : errors) {
        const std::string_view of_code =
            meaning_of(error.code, response.status, config.login, step);
        meaning = of_code.empty() ? meaning : of_code;
        words.push_back(
            fmt::format("{} \"{}\"", error.code, words_without(config.secret, error.message)));
    }
    words.resize(std::min(words.size(), kShown));
    return meaning.empty() ? "Cloudflare says " + join(words, ", ")
                           : fmt::format("{} (Cloudflare: {})", meaning, join(words, ", "));
}

json::Value cloudflare_answer(const net::Response& response, std::string_view doing) {
    std::optional<json::Value> body = parsed(response.body);
    const json::Value success = body ? (*body)["success"] : json::Value();
    if (!success.is_bool() || !success.as_bool()) {
        throw Error(
            ErrorKind::Transport,
            fmt::format("cloudflare: {}: the answer is not one of Cloudflare's API", doing));
    }
    return *std::move(body);
}

}  // namespace kcert::dns01::cloudflare
