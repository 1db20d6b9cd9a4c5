// SPDX-License-Identifier: Apache-2.0
//
// Asking in another user's name.

#pragma once

#include "net/http_client.h"
#include "session/kubeconfig.h"

namespace kcert::session {

/// The headers of every request; none where nobody is impersonated.
net::Headers impersonation_headers(const User& user);

}  // namespace kcert::session
