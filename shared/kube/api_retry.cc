// SPDX-License-Identifier: Apache-2.0

#include "kube/api_retry.h"

#include <random>

#include "base/text.h"
#include "net/retry_after.h"

namespace kcert::kube {
namespace {

/// What asks for more patience than this is told instead of waited for.
constexpr Duration kLongestWait = std::chrono::minutes(5);

/// A date is none of the API server's forms, and client-go does not heed it.
std::optional<Duration> asked_wait(const net::Response& response) {
    const std::string header(trim(response.header("retry-after").value_or("")));
    if (header.empty() || header.find_first_not_of("0123456789") != std::string::npos) {
        return std::nullopt;
    }
    return net::retry_after(response, Time());
}

}  // namespace

std::optional<Duration> retry_wait(const net::Request& request, const net::Outcome& outcome,
                                   int retries) {
    if (retries >= kMostRetries) {
        return std::nullopt;
    }
    if (const auto* error = std::get_if<Error>(&outcome)) {
        return request.method == "GET" && error->cut_off()
                   ? std::optional<Duration>(std::chrono::seconds(1))
                   : std::nullopt;
    }
    const auto& response = std::get<net::Response>(outcome);
    if (response.status != 429 && response.status < 500) {
        return std::nullopt;
    }
    const std::optional<Duration> wait = asked_wait(response);
    return wait && *wait <= kLongestWait ? wait : std::nullopt;
}

Duration conflict_wait(std::uint64_t seed) {
    constexpr Duration kStep = std::chrono::milliseconds(10);
    std::minstd_rand random(static_cast<std::minstd_rand::result_type>(seed ^ (seed >> 32)));
    return kStep + Duration(static_cast<Duration::rep>(random()) % (kStep.count() / 10));
}

}  // namespace kcert::kube
