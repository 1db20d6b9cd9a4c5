// SPDX-License-Identifier: Apache-2.0
//
// Link headers (RFC 8288), as far as ACME uses them.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "net/http_client.h"

namespace kcert::acme {

/// The absolute targets of the links of that relation, in order; `base` is the answer's own URL.
/// What is malformed is passed over.
std::vector<std::string> link_targets(const net::Response& response, std::string_view relation,
                                      std::string_view base);

}  // namespace kcert::acme
