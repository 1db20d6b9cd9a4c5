// SPDX-License-Identifier: Apache-2.0

#include "dns01/clouddns/google_error.h"

#include <algorithm>
#include <initializer_list>
#include <span>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "dns01/clouddns/google_credential.h"
#include "dns01/service/api_token.h"
#include "json/json.h"

namespace kcert::dns01::clouddns {
namespace {

constexpr std::string_view kLoginAgain = "log in again: gcloud auth application-default login";
constexpr int kUnauthorized = 401;
constexpr int kForbidden = 403;

void add(std::vector<std::string>& reasons, std::string_view reason) {
    if (!reason.empty()) {
        reasons.emplace_back(reason);
    }
}

/// The elements of a list; none where it is none.
std::span<const json::Value> elements(const json::Value& list) {
    return list.is_array() ? std::span(list.as_array()) : std::span<const json::Value>();
}

bool mentions(std::string_view text, std::initializer_list<std::string_view> parts) {
    return std::ranges::any_of(
        parts, [&](std::string_view part) { return text.find(part) != std::string_view::npos; });
}

/// The advice, and the service's own words behind it.
std::string with_words(std::string_view advice, std::string_view words, const Sensitive& secret) {
    const std::string shown = words_without(secret, words);
    return shown.empty() ? std::string(advice) : fmt::format("{} ({})", advice, shown);
}

/// The project whose API is switched off, as far as the service names a usable one.
std::string consumer_project(const GoogleError& error, const Asking& asking) {
    constexpr std::string_view kPrefix = "projects/";
    std::string_view consumer = error.consumer;
    if (consumer.starts_with(kPrefix)) {
        consumer.remove_prefix(kPrefix.size());
    }
    return std::string(is_project(consumer) ? consumer : std::string_view(asking.project));
}

bool tells_rate_limit(const GoogleError& error) {
    return error.has("rateLimitExceeded") || error.has("userRateLimitExceeded") ||
           error.has("RATE_LIMIT_EXCEEDED");
}

std::string forbidden_advice(const GoogleError& error, const Asking& asking) {
    if (error.has("SERVICE_DISABLED") || error.has("accessNotConfigured")) {
        const std::string project = consumer_project(error, asking);
        return fmt::format(
            "the Cloud DNS API is not enabled in project {}; enable it: gcloud "
            "services enable dns.googleapis.com --project {}",
            project, project);
    }
    if (error.has("ACCESS_TOKEN_SCOPE_INSUFFICIENT")) {
        return fmt::format("{} was logged in for other services; {}", asking.who, kLoginAgain);
    }
    if (error.has("BILLING_DISABLED")) {
        return fmt::format("billing is not enabled in project {}", asking.project);
    }
    if (error.has("quotaExceeded") || error.has("dailyLimitExceeded")) {
        return fmt::format("a quota of project {} is used up", asking.project);
    }
    if (tells_rate_limit(error)) {
        return fmt::format("too many requests for project {}; try again in a few minutes",
                           asking.project);
    }
    return fmt::format("{} may not do this in project {}: it needs {}", asking.who, asking.project,
                       needed_role());
}

std::string service_account_advice(const GoogleError& error, const Asking& asking) {
    if (mentions(error.message, {"short-lived", "timeframe", "iat and exp", "Token used too"})) {
        return "the time of this machine is wrong, so Google does not take what it signs; set its "
               "clock";
    }
    if (mentions(error.message, {"account not found", "not a valid email", "Account has been"})) {
        return fmt::format("the service account {} is not there or disabled", asking.who);
    }
    if (mentions(error.message, {"Signature", "signature"})) {
        return fmt::format(
            "Google does not know this key of {} (any more); make a new one: gcloud "
            "iam service-accounts keys create --iam-account={}",
            asking.who, asking.who);
    }
    return fmt::format(
        "Google refuses the key of {}: it was deleted or disabled, or the time of "
        "this machine is wrong",
        asking.who);
}

}  // namespace

bool GoogleError::has(std::string_view reason) const {
    return std::ranges::find(reasons, reason) != reasons.end();
}

GoogleError read_google_error(std::string_view body) {
    GoogleError told;
    json::Value json;
    try {
        json = json::parse_json(body);
    } catch (const Error&) {
        return told;  // a page of some proxy: the status is all there is
    }
    const json::Value& error = json["error"];
    if (error.is_string()) {
        add(told.reasons, error.as_string());
        told.message = json.text({"error_description"});
        return told;
    }
    told.message = error.text({"message"});
    add(told.reasons, error.text({"status"}));
    for (const json::Value& one : elements(error["errors"])) {
        add(told.reasons, one.text({"reason"}));
    }
    for (const json::Value& detail : elements(error["details"])) {
        add(told.reasons, detail.text({"reason"}));
        if (const std::string_view consumer = detail.text({"metadata", "consumer"});
            !consumer.empty()) {
            told.consumer = consumer;
        }
    }
    return told;
}

bool is_rate_limit(const net::Response& response) {
    if (response.status != kForbidden) {
        return false;
    }
    return tells_rate_limit(read_google_error(response.body));
}

std::string api_advice(const net::Response& response, const Asking& asking,
                       const Sensitive& token) {
    const GoogleError error = read_google_error(response.body);
    if (response.status == kUnauthorized) {
        return with_words(fmt::format("the access token of {} is refused", asking.who),
                          error.message, token);
    }
    if (response.status == kForbidden) {
        return with_words(forbidden_advice(error, asking), error.message, token);
    }
    if (mentions(error.message, {"'parameters.project'"})) {
        return with_words(fmt::format("project {} is not there", asking.project), error.message,
                          token);
    }
    if (error.has("cnameResourceRecordSetConflict")) {
        return with_words(
            "a CNAME stands at that name: remove it, or let it be followed "
            "(cnameStrategy: Follow)",
            error.message, token);
    }
    return with_words(fmt::format("HTTP status {}", response.status), error.message, token);
}

std::string login_advice(const net::Response& response, const Asking& asking,
                         const Sensitive& sent) {
    const GoogleError error = read_google_error(response.body);
    const std::string words = error.reasons.empty()
                                  ? error.message
                                  : fmt::format("{}: {}", error.reasons.front(), error.message);
    if (!error.has("invalid_grant")) {
        return with_words(fmt::format("HTTP status {}", response.status), words, sent);
    }
    if (asking.is_person) {
        return with_words(fmt::format("{} has expired or was revoked; {}", asking.who, kLoginAgain),
                          words, sent);
    }
    return with_words(service_account_advice(error, asking), words, sent);
}

std::string needed_role() {
    return "the role roles/dns.admin, or one with dns.managedZones.list, "
           "dns.resourceRecordSets.list, dns.resourceRecordSets.create, "
           "dns.resourceRecordSets.update, dns.resourceRecordSets.delete, dns.changes.create and "
           "dns.changes.get";
}

}  // namespace kcert::dns01::clouddns
