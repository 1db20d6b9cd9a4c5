// SPDX-License-Identifier: Apache-2.0
//
// What every object of RFC 8555 is read from: the JSON body and the Location of an answer. What
// is not as it should be is the CA's fault and an Error{Declined}.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "json/value.h"
#include "net/http_client.h"

namespace kcert::acme {

/// The body, a JSON object; `what` names it in the Error: "order".
json::Value read_object(const net::Response& response, std::string_view what);

/// The Location header, checked.
std::string read_location(const net::Response& response, std::string_view what);

/// The texts of a list; members of another type are passed over.
std::vector<std::string> read_texts(const json::Value& list);

/// An RFC 3339 date; nothing where it is missing or malformed.
std::optional<Time> read_time(const json::Value& object, std::string_view name);

/// "example.com" of {"type": "dns", "value": "Example.com"}: lower case, as names are compared.
std::string read_name(const json::Value& identifier);

}  // namespace kcert::acme
