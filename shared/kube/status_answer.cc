// SPDX-License-Identifier: Apache-2.0

#include "kube/status_answer.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "json/json.h"

namespace kcert::kube {
namespace {

constexpr std::size_t kShownOfBody = 2048;
constexpr std::size_t kShownOfStatus = 16UL * 1024;
constexpr std::size_t kMostCauses = 200;

bool is_success(int code) {
    return code >= 200 && code <= 206;
}

std::string shown(std::string_view text, std::size_t most_bytes = kShownOfStatus) {
    return printable_lines(shortened(text, most_bytes));
}

/// The metav1.Status in a body; null where there is none.
json::Value status_in(const std::string& body) {
    try {
        json::Value value = json::parse_json(body);
        const bool status = value.text({"kind"}) == "Status" && value.text({"apiVersion"}) == "v1";
        return status ? value : json::Value();
    } catch (const Error&) {
        return {};  // of a proxy: the generic message tells it
    }
}

std::string generic_reason(int code, const Asked& asked) {
    switch (code) {
        case 400:
            return "BadRequest";
        case 401:
            return "Unauthorized";
        case 403:
            return "Forbidden";
        case 404:
            return "NotFound";
        case 405:
            return "MethodNotAllowed";
        case 406:
            return "NotAcceptable";
        case 409:
            return asked.verb == "post" ? "AlreadyExists" : "Conflict";
        case 410:
            return "Gone";
        case 415:
            return "UnsupportedMediaType";
        case 422:
            return "Invalid";
        case 429:
            return "TooManyRequests";
        case 503:
            return "ServiceUnavailable";
        case 504:
            return "Timeout";
        default:
            return code >= 500 ? "InternalError" : "";
    }
}

std::string generic_message(int code, const std::string& body) {
    switch (code) {
        case 401:
            return "the server has asked for the client to provide credentials";
        case 404:
            return "the server could not find the requested resource";
        case 405:
            return "the server does not allow this method on the requested resource";
        case 409:
            return "the server reported a conflict";
        case 422:
            return "the server rejected our request due to an error in our request";
        case 429:
            return "too many requests";
        case 503:
            return "the server is currently unable to handle the request";
        case 504:
            return "the server was unable to return a response in the time allotted, but may still "
                   "be processing the request";
        default:
            break;
    }
    if (code >= 500) {
        return fmt::format(
            "an error on the server (\"{}\") has prevented the request from succeeding",
            body.empty() ? "unknown" : body);
    }
    return body.empty() ? "the server rejected our request for an unknown reason" : body;
}

/// "(get secrets web-tls)", as client-go ends a message that no Status gave.
std::string question(const Asked& asked) {
    const std::string name = asked.name.empty() ? "" : " " + printable(asked.name);
    return fmt::format("({} {}{})", asked.verb, asked.kind.resource(), name);
}

int retry_after_seconds(const json::Value& status) {
    constexpr std::int64_t kMost = 86'400;
    const json::Value& seconds = status.at({"details", "retryAfterSeconds"});
    return seconds.is_int() ? static_cast<int>(std::clamp<std::int64_t>(seconds.as_int(), 0, kMost))
                            : 0;
}

StatusDetails details_in(const json::Value& status) {
    StatusDetails details{.kind = shown(status.text({"details", "kind"})),
                          .name = shown(status.text({"details", "name"})),
                          .retry_after_seconds = retry_after_seconds(status)};
    const json::Value& causes = status.at({"details", "causes"});
    for (const json::Value& cause : causes.is_array() ? causes.as_array() : json::Value::Array()) {
        if (details.causes.size() == kMostCauses) {
            break;
        }
        details.causes.push_back({.reason = shown(cause.text({"reason"})),
                                  .message = shown(cause.text({"message"})),
                                  .field = shown(cause.text({"field"}))});
    }
    return details;
}

/// Only a Status that names an object speaks of that one: an unknown kind is a plain "404 page not
/// found", a missing namespace bears the name of the namespace.
bool speaks_of(const json::Value& status, const Asked& asked) {
    return status.text({"reason"}) == "NotFound" && !asked.name.empty() &&
           status.text({"details", "name"}) == asked.name &&
           status.text({"details", "kind"}) == asked.kind.plural;
}

/// A kind of ours that this server does not know: its CRD is not installed.
bool lacks_crd(int code, const json::Value& status, const Asked& asked) {
    return code == 404 && asked.kind.group == kCertificate.group &&
           status.text({"details", "name"}).empty();
}

StatusError missing_crd(const Asked& asked) {
    return {404, "NotFound",
            fmt::format("the server doesn't have a resource type \"{}\": install its CRD with "
                        "\"kubectl apply -k manifests/crds\" from this project's sources, or "
                        "\"kubectl apply -f install-crds.yaml\" from its release",
                        asked.kind.resource())};
}

/// A 401 whose body was promised and lost with the connection, which the API server ends by it.
bool lost_its_words(const net::Response& response) {
    return response.status == 401 && response.body.empty() &&
           response.header("content-length").value_or("0") != "0";
}

[[noreturn]] void refuse_redirect(const net::Response& response) {
    throw Error(ErrorKind::Config,
                fmt::format("the API server answered {} and points to {}: redirects are not "
                            "followed; name the right address as the cluster's server",
                            response.status,
                            printable(shortened(response.header("location").value_or("nowhere"),
                                                kShownOfBody))));
}

[[noreturn]] void fail_unreadable(const Asked& asked, std::string_view why) {
    throw Error(ErrorKind::Transport,
                fmt::format("the API server's answer cannot be read: {} {}", why, question(asked)));
}

/// A page is what a proxy shows in the server's place: who reads it need not know what JSON is.
std::string not_json(const net::Response& response, const Error& error) {
    constexpr std::size_t kShownOfType = 100;
    const std::string type = response.header("content-type").value_or("");
    return to_lower(type).starts_with("text/html")
               ? fmt::format("it is {}, as a proxy in its place sends it",
                             printable(shortened(type, kShownOfType)))
               : fmt::format("it is no JSON: {}", error.what());
}

}  // namespace

std::optional<StatusError> refusal_in(const net::Response& response, const Asked& asked) {
    if (is_success(response.status)) {
        return std::nullopt;
    }
    if (response.status < 400) {
        refuse_redirect(response);
    }
    if (lost_its_words(response)) {
        return StatusError(response.status, "Unauthorized", "Unauthorized", StatusDetails());
    }
    const json::Value status = status_in(response.body);
    if (lacks_crd(response.status, status, asked)) {
        return missing_crd(asked);
    }
    const std::string message = shown(status.text({"message"}));
    const std::string reason = shown(status.text({"reason"}));
    if (status.is_null() || message.empty()) {
        const std::string body =
            status.is_null() ? printable(shortened(trim(response.body), kShownOfBody)) : "";
        return StatusError(
            response.status, generic_reason(response.status, asked),
            fmt::format("{} {}", generic_message(response.status, body), question(asked)),
            details_in(status));
    }
    return StatusError(response.status, reason, message, details_in(status));
}

bool is_absence(const net::Response& response, const Asked& asked) {
    return response.status == 404 && speaks_of(status_in(response.body), asked);
}

json::Value object_in(const net::Response& response, const Asked& asked) {
    json::Value value;
    try {
        value = json::parse_json(response.body);
    } catch (const Error& error) {
        fail_unreadable(asked, not_json(response, error));
    }
    if (!value.is_object()) {
        fail_unreadable(asked, "it is no JSON object");
    }
    return value;
}

json::Value expected_object(const net::Response& response, const Asked& asked) {
    json::Value object = object_in(response, asked);
    if (object.text({"kind"}) != asked.kind.kind ||
        object.text({"apiVersion"}) != asked.kind.api_version() ||
        object.text({"metadata", "name"}) != asked.name) {
        fail_unreadable(asked, "it is another object than was asked for");
    }
    return object;
}

}  // namespace kcert::kube
