// SPDX-License-Identifier: Apache-2.0
//
// Authorizations and their challenges (RFC 8555 §7.5, §8). Challenge types, statuses and members
// that we do not know are passed over. A pending authorization is never deactivated.

#pragma once

#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "acme/problem.h"
#include "acme/transport.h"
#include "base/clock.h"
#include "base/sensitive.h"

namespace kcert::acme {

enum class AuthorizationStatus {
    Pending,
    Valid,
    Invalid,
    Deactivated,
    Expired,
    Revoked,
    Unknown,
};

/// "pending", … as RFC 8555 spells it.
std::string_view to_string(AuthorizationStatus status);

struct Challenge {
    std::string type;  ///< "dns-01"
    std::string url;
    std::string token;   ///< a secret until the challenge is over: never shown
    std::string status;  ///< "pending", "processing", "valid", "invalid"
    std::optional<Problem> error;
};

struct Authorization {
    std::string url;
    std::string name;  ///< "*." included where it is a wildcard's
    AuthorizationStatus status = AuthorizationStatus::Unknown;
    std::vector<Challenge> challenges;
    std::optional<Time> expires;
};

/// All at once, in the order of `urls`.
std::vector<Authorization> fetch_authorizations(Transport& transport,
                                                std::span<const std::string> urls,
                                                std::stop_token stop);

/// The dns-01 challenge, its token checked. Throws Error{Declined} that lists what the CA offers
/// where that is not among it.
const Challenge& dns01_challenge(const Authorization& authorization);

/// RFC 8555 §8.1; `thumbprint` is the account key's.
Sensitive key_authorization(std::string_view token, std::string_view thumbprint);

struct ChallengeAnswer {
    std::string challenge_url;
    std::string authorization_url;  ///< looked at where it is not known whether the answer arrived
};

/// Tells the CA that all these challenges are in place; they are judged from then on. An
/// authorization that is no longer pending is no error: the order tells.
void answer_challenges(Transport& transport, std::span<const ChallengeAnswer> answers,
                       std::stop_token stop);

/// Why an order came to be invalid: the problem of every authorization that failed, each with its
/// name. One that cannot be looked at is left out.
std::vector<Problem> fetch_failures(Transport& transport, std::span<const std::string> urls,
                                    std::stop_token stop);

}  // namespace kcert::acme
