// SPDX-License-Identifier: Apache-2.0
//
// EdgeGrid (EG1-HMAC-SHA256), by which an Akamai API client signs each request for the instant in
// which it is sent. Pure.

#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/sensitive.h"
#include "net/http_client.h"

namespace kcert::dns01::akamai {

struct EdgeGridLogin {
    Sensitive client_token;
    Sensitive client_secret;
    Sensitive access_token;
};

/// How many bytes of a POST's body are signed.
inline constexpr std::size_t kEdgeGridBody = 131'072;

/// "20261123T00:00:00+0000".
std::string edgegrid_timestamp(Time time);

/// The value of the Authorization header; no header of the request is signed. REQUIRES: its URL is
/// one that net::parse_url() takes.
std::string edgegrid_authorization(const net::Request& request, const EdgeGridLogin& login,
                                   std::string_view timestamp, std::string_view nonce,
                                   std::size_t signed_body = kEdgeGridBody);

}  // namespace kcert::dns01::akamai
