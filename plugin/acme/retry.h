// SPDX-License-Identifier: Apache-2.0
//
// What an answer of the CA means for the next try. Pure; the directory and the transport share it.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "acme/problem.h"
#include "base/clock.h"
#include "base/error.h"
#include "net/http_client.h"

namespace kcert::acme {

/// Tries again after a fault: this often, then it is reported.
inline constexpr int kMaxFaults = 4;
/// Tries again where the CA says when to come back.
inline constexpr int kMaxBusy = 20;
/// Tries again with a fresh nonce.
inline constexpr int kMaxBadNonce = 50;

enum class Verdict {
    Success,   ///< 2xx
    BadNonce,  ///< not looked at by the CA: sign again with another nonce
    Busy,      ///< 429, or 503 that says when to come back: not looked at either
    Fault,     ///< network or 5xx: it may have taken effect
    Refused,   ///< 3xx, 4xx: asking again does not help
    Stopped,   ///< by the user, or a defect: not to be tried again
};

Verdict judge(const net::Outcome& outcome);

/// When a busy CA wants to be asked again; nothing where it does not say.
std::optional<Time> retry_time(const net::Response& response, Time now);

/// What an answer that is no success says: the CA's refusal where there is a problem document or a
/// 4xx, else an Error that names what came, such as a redirect and the host it leads to.
std::variant<ProblemError, Error> read_refusal(const std::string& url,
                                               const net::Response& response, Time now);

}  // namespace kcert::acme
