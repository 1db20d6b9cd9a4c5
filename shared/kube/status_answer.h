// SPDX-License-Identifier: Apache-2.0
//
// What an API server's answer says: the object that was asked for, or a refusal. An answer comes
// from a server, or from a proxy in front of it, that may send anything. Pure.

#pragma once

#include <optional>
#include <string>

#include "json/value.h"
#include "kube/object_key.h"
#include "kube/status_error.h"
#include "net/http_client.h"

namespace kcert::kube {

/// What was asked, for messages: "(get certificates.certmanager.k8s.io web)".
struct Asked {
    std::string verb;  ///< "get", "list", "post", "patch", "delete"
    Kind kind;
    std::string name = {};  ///< empty: of the whole collection
};

/// The refusal in an answer; nothing where it is a success. Throws Error{Config} for a redirect,
/// which is not followed.
std::optional<StatusError> refusal_in(const net::Response& response, const Asked& asked);

/// Whether the answer says that just this object is not there, and not its kind or namespace.
bool is_absence(const net::Response& response, const Asked& asked);

/// The JSON object in a successful answer. Throws Error{Transport} where it holds none.
json::Value object_in(const net::Response& response, const Asked& asked);

/// The same, and it is of the kind and name that were asked for.
json::Value expected_object(const net::Response& response, const Asked& asked);

}  // namespace kcert::kube
