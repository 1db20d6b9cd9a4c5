// SPDX-License-Identifier: Apache-2.0
//
// AWS Signature Version 4: a request proves by its Authorization header that who sends it holds the
// secret access key. Pure.

#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "base/sensitive.h"
#include "net/http_client.h"

namespace kcert::dns01::route53 {

struct AwsCredentials {
    std::string access_key_id;
    Sensitive secret_access_key;
    Sensitive session_token = {};                ///< of temporary credentials
    std::optional<Time> expires = std::nullopt;  ///< where it is known
};

/// Who is to accept a signature.
struct AwsScope {
    std::string region;
    std::string service;  ///< "route53"
};

/// Adds X-Amz-Date, X-Amz-Security-Token where there is one, and Authorization, which signs method,
/// URL, body and all headers that are there. REQUIRES: an absolute URL whose path and query are
/// percent-encoded, without "." or ".." as segments; no Host header.
void sign_v4(net::Request& request, const AwsCredentials& credentials, const AwsScope& scope,
             Time now);

}  // namespace kcert::dns01::route53
