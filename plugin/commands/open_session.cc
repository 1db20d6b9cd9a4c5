// SPDX-License-Identifier: Apache-2.0

#include "commands/open_session.h"

#include "base/text.h"

namespace kcert::commands {

session::SessionFlags session_flags(const cli::SharedOptions& shared) {
    const cli::ClusterFlags& cluster = shared.cluster;
    return {.local = shared.local,
            .ns = shared.ns,
            .kubeconfig = cluster.kubeconfig,
            .context = cluster.context,
            .cluster = cluster.cluster,
            .user = cluster.user,
            .server = cluster.server,
            .tls_server_name = cluster.tls_server_name,
            .certificate_authority = cluster.certificate_authority,
            .insecure_skip_tls_verify = cluster.insecure_skip_tls_verify,
            .disable_compression = cluster.disable_compression,
            .client_certificate = cluster.client_certificate,
            .client_key = cluster.client_key,
            .token = cluster.token,
            .username = cluster.username,
            .password = cluster.password,
            .as = cluster.as,
            .as_uid = cluster.as_uid,
            .as_groups = cluster.as_groups,
            .as_user_extra = cluster.as_user_extra,
            .request_timeout = cluster.request_timeout};
}

session::Session open_session(const Context& context) {
    cli::Console& console = context.console;
    session::Session session = session::open(
        session_flags(context.shared), context.environment,
        {.clock = context.clock,
         .http = context.http,
         .stdin_is_terminal = context.environment.stdin_is_terminal,
         .environment = session::inherited_environment(),
         .warn = [&console](const std::string& text) { console.warn(printable(text)); },
         .talk = [&console](const std::string& text) { console.err(text); }});
    for (const std::string& warning : session.warnings) {
        context.console.warn(printable(warning));
    }
    return session;
}

}  // namespace kcert::commands
