// SPDX-License-Identifier: Apache-2.0
//
// The envelope of every answer of Cloudflare's API v4: result, errors with their codes, pages; and
// what the codes mean to the person at the terminal. Pure.

#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "dns01/cloudflare/cloudflare_config.h"
#include "json/value.h"
#include "net/http_client.h"

namespace kcert::dns01::cloudflare {

/// Each error and, behind it, its chain of causes; none where the body is no such envelope.
struct CloudflareError {
    std::int64_t code = 0;
    std::string message;  ///< hostile
};
std::vector<CloudflareError> cloudflare_errors(const net::Response& response);

bool has_code(const net::Response& response, std::initializer_list<std::int64_t> codes);

/// "too many requests"; below 500 it need not be 429.
bool is_cloudflare_busy(const net::Response& response);

enum class CloudflareStep {
    LogIn,    ///< looking for the zone: whether the credential is good nobody knows yet
    Records,  ///< of a zone that the credential sees
};

/// What a refusal means. Shows no secret. Empty where the status says all there is.
std::string explain_cloudflare(const net::Response& response, const CloudflareConfig& config,
                               CloudflareStep step);

/// The whole body of a success. Throws Error{Transport} that begins with `doing` where the
/// body is no JSON object that says "success": true.
json::Value cloudflare_answer(const net::Response& response, std::string_view doing);

}  // namespace kcert::dns01::cloudflare
