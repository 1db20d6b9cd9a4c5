// SPDX-License-Identifier: Apache-2.0
//
// A kubeconfig that works, for tests that break one thing of it, and what a failure says.

#pragma once

#include <functional>
#include <string>

#include "base/error.h"
#include "session/kubeconfig.h"

namespace kcert::session {

inline constexpr const char* kCa = "-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----\n";

/// Context "prod": cluster "c", user "u", namespace "shop".
inline Kubeconfig usable() {
    Kubeconfig config;
    config.clusters["c"] = {.server = "https://api.test:6443", .certificate_authority_data = kCa};
    config.users["u"].token = Sensitive("secret-token");
    config.contexts["prod"] = {.cluster = "c", .user = "u", .ns = "shop"};
    config.current_context = "prod";
    return config;
}

/// The message as main prints it.
inline std::string told(const std::function<void()>& step) {
    try {
        step();
    } catch (const Error& error) {
        return error.kind() == ErrorKind::Config ? error.shown() : "another kind of error";
    }
    return "no error";
}

}  // namespace kcert::session
