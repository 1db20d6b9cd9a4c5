// SPDX-License-Identifier: Apache-2.0
//
// What an exec plugin prints: an ExecCredential of client.authentication.k8s.io. Pure.

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/sensitive.h"

namespace kcert::session {

struct ExecReply {
    Sensitive token;              ///< empty: none
    std::string certificate_pem;  ///< with key_pem; empty: none
    Sensitive key_pem;
    std::optional<Time> expires;  ///< nothing: it holds as long as the process
};

/// `api_version` is what the kubeconfig asks for. Throws Error{Config} in client-go's words; it
/// never quotes what may be a secret.
ExecReply parse_exec_reply(std::string_view text, std::string_view api_version);

}  // namespace kcert::session
