// SPDX-License-Identifier: Apache-2.0
//
// What may go on the wire: a request whose parts could end a line would smuggle another one in.

#pragma once

#include "net/http_client.h"
#include "net/url.h"

namespace kcert::net {

/// Where the request goes. Throws Error: Config for its URL, Internal for its method and headers;
/// shows neither a header's value nor a query.
Url check_request(const Request& request);

}  // namespace kcert::net
