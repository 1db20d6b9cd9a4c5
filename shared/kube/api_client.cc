// SPDX-License-Identifier: Apache-2.0

#include "kube/api_client.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "base/duration.h"
#include "base/text.h"
#include "base/timestamp.h"
#include "kube/api_retry.h"

namespace kcert::kube {
namespace {

using std::chrono::milliseconds;

/// Where the user sets no bound. The API server itself gives up on a request after 60 s.
constexpr milliseconds kPatience = std::chrono::minutes(5);

constexpr std::string_view kUnable = "Unable to connect to the server: ";

/// "api.test:6443" of "https://api.test:6443/k8s".
std::string host_of(std::string_view server) {
    const std::size_t scheme = server.find("://");
    server.remove_prefix(scheme == std::string_view::npos ? 0 : scheme + 3);
    return printable(server.substr(0, server.find('/')));
}

/// The Error in place of an answer, in kubectl's words.
Error no_answer(const Error& error, const std::string& server) {
    if (error.kind() != ErrorKind::Transport && error.kind() != ErrorKind::TimedOut &&
        error.kind() != ErrorKind::Config) {
        return error;
    }
    if (error.refused()) {
        return {error.kind(), std::string(kUnable) + error.what(),
                OwnWords{"", fmt::format("The connection to the server {} was refused - did you "
                                         "specify the right host or port?",
                                         host_of(server))}};
    }
    return {error.kind(), OwnWords{std::string(kUnable), error.what()}};
}

std::vector<net::Response> answers_in(std::vector<net::Outcome> outcomes,
                                      const std::string& server) {
    std::vector<net::Response> answers;
    for (net::Outcome& outcome : outcomes) {
        if (const auto* error = std::get_if<Error>(&outcome)) {
            throw no_answer(*error, server);
        }
        answers.push_back(std::get<net::Response>(std::move(outcome)));
    }
    return answers;
}

}  // namespace

ApiCall get_call(const ObjectKey& key) {
    return {.asked = {.verb = "get", .kind = key.kind, .name = key.name}, .path = object_path(key)};
}

ApiClient::ApiClient(ClusterAccess access, net::HttpClient& http, const Clock& clock,
                     std::function<void(const std::string&)> warn)
    : access_(std::move(access)), http_(http), clock_(clock), warnings_(std::move(warn)) {}

std::vector<net::Response> ApiClient::send_all(std::span<const ApiCall> calls,
                                               std::stop_token stop) {
    std::vector<net::Outcome> outcomes(calls.size(), Error(ErrorKind::Internal, "not sent"));
    std::vector<std::size_t> pending(calls.size());
    std::iota(pending.begin(), pending.end(), 0);
    const Time begun = clock_.now();
    for (int retries = 0; !pending.empty(); ++retries) {
        std::vector<net::Request> requests;
        for (const std::size_t index : pending) {
            requests.push_back(request_for(calls[index], clock_.now() - begun, stop));
        }
        std::vector<net::Outcome> round = net::send_all(http_, requests, stop);
        const Duration limit = access_.request_timeout;
        const Duration left = limit - (clock_.now() - begun);
        std::vector<std::size_t> again;
        Duration wait{};
        for (std::size_t i = 0; i < round.size(); ++i) {
            if (const auto* response = std::get_if<net::Response>(&round[i])) {
                heed(requests[i], *response);
            }
            // --request-timeout bounds a request and all its repetitions, as in client-go.
            const std::optional<Duration> asked = retry_wait(requests[i], round[i], retries);
            if (asked && (limit == Duration::zero() || *asked < left)) {
                again.push_back(pending[i]);
                wait = std::max(wait, *asked);
            }
            outcomes[pending[i]] = std::move(round[i]);
        }
        if (!again.empty() && !clock_.sleep_for(wait, stop)) {
            throw Error(ErrorKind::Cancelled, "stopped");
        }
        pending = std::move(again);
    }
    return answers_in(std::move(outcomes), access_.server);
}

net::Response ApiClient::send(const ApiCall& call, std::stop_token stop) {
    return std::move(send_all({&call, 1}, std::move(stop)).front());
}

Time ApiClient::server_now() const {
    return clock_.now() + Duration(server_ahead_);
}

net::Request ApiClient::request_for(const ApiCall& call, Duration spent,
                                    const std::stop_token& stop) {
    const milliseconds limit = access_.request_timeout;
    Query query = call.query;
    if (limit > milliseconds::zero()) {
        query.add("timeout", format_duration(limit));
    }
    net::Request request{.method = call.method,
                         .url = access_.server + call.path + query.text(),
                         .headers = access_.headers,
                         .body = call.body,
                         .route = access_.route,
                         .compression = access_.compression,
                         .max_body = call.max_body,
                         .timeout = kPatience};
    if (limit > milliseconds::zero()) {
        request.timeout =
            std::max(milliseconds(1), limit - std::chrono::duration_cast<milliseconds>(spent));
    }
    request.headers.emplace_back("Accept", "application/json");
    if (!call.content_type.empty()) {
        request.headers.emplace_back("Content-Type", call.content_type);
    }
    // As client-go: a secret is not sent in the clear.
    if (access_.credentials && access_.server.starts_with("https://")) {
        try {
            access_.credentials->add_to(request, stop);
        } catch (const Error& error) {
            throw no_answer(error, access_.server);  // as kubectl: a server that cannot be asked
        }
    }
    return request;
}

void ApiClient::heed(const net::Request& request, const net::Response& response) {
    if (response.status == 401 && access_.credentials) {
        access_.credentials->refused(request);
    }
    if (const auto date = parse_http_date(response.header("date").value_or(""))) {
        server_ahead_ = (*date - clock_.now()).count();
    }
    for (const std::string& text : warnings_in(response.headers)) {
        warnings_.tell_once(text);
    }
}

}  // namespace kcert::kube
