// SPDX-License-Identifier: Apache-2.0
//
// One exchange in the log: a line at level 6, its headers at level 7. Never a body, a query or a
// credential, at no level.

#pragma once

#include <chrono>
#include <string>

#include "net/http_client.h"

namespace kcert::net {

/// `url` up to its query, as it may be shown.
std::string shown_url(const std::string& url);

/// "name: value", the value masked where the name speaks of a credential.
std::string shown_header(const std::pair<std::string, std::string>& header);

void log_exchange(const Request& request, const Outcome& outcome, std::chrono::milliseconds took);

}  // namespace kcert::net
