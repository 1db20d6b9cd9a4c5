// SPDX-License-Identifier: Apache-2.0
//
// An order object as the CA writes it (RFC 8555 §7.1.3).

#pragma once

#include <string>

#include "acme/order.h"
#include "base/clock.h"
#include "net/http_client.h"

namespace kcert::acme {

/// Throws Error{Declined} where it is malformed or its URLs are unusable; `now` is for Retry-After.
Order read_order(const net::Response& response, std::string url, Time now);

}  // namespace kcert::acme
