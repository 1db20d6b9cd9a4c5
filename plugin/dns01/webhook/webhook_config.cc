// SPDX-License-Identifier: Apache-2.0

#include "dns01/webhook/webhook_config.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "names/names.h"

namespace kcert::dns01::webhook {

WebhookConfig read_webhook_config(const json::Value& stanza) {
    WebhookConfig config{.group_name = std::string(trim(stanza.text({"groupName"}))),
                         .solver_name = std::string(trim(stanza.text({"solverName"}))),
                         .config = stanza["config"]};
    if (!names::is_dns1123_subdomain(config.group_name)) {
        throw Error(
            ErrorKind::Config,
            fmt::format("webhook: groupName \"{}\" is no API group such as acme.example.com",
                        printable(config.group_name)));
    }
    if (!names::is_dns1123_subdomain(config.solver_name)) {
        throw Error(ErrorKind::Config,
                    fmt::format("webhook: solverName \"{}\" is no name of a resource",
                                printable(config.solver_name)));
    }
    return config;
}

}  // namespace kcert::dns01::webhook
