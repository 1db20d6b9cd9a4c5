// SPDX-License-Identifier: Apache-2.0
//
// The webhook stanza of an issuer, read and checked.

#pragma once

#include <string>

#include "json/value.h"

namespace kcert::dns01::webhook {

struct WebhookConfig {
    std::string group_name;   ///< "acme.example.com"
    std::string solver_name;  ///< "my-solver"
    json::Value config;       ///< the solver's own affair
};

/// Throws Error{Config}.
WebhookConfig read_webhook_config(const json::Value& stanza);

}  // namespace kcert::dns01::webhook
