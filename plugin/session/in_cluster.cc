// SPDX-License-Identifier: Apache-2.0

#include "session/in_cluster.h"

#include <fmt/format.h>

#include "base/log.h"
#include "base/text.h"
#include "session/local_file.h"
#include "session/trusted_roots.h"

namespace kcert::session {

bool in_pod(const Environment& environment) {
    return !environment.kubernetes_service_host.empty() &&
           !environment.kubernetes_service_port.empty() &&
           is_file(environment.service_account + "/token");
}

Cluster pod_cluster(const Environment& environment) {
    const std::string& host = environment.kubernetes_service_host;
    const bool brackets = host.find(':') != std::string::npos;
    Cluster cluster{.server =
                        fmt::format("https://{}{}{}:{}", brackets ? "[" : "", host,
                                    brackets ? "]" : "", environment.kubernetes_service_port)};
    const std::string file = environment.service_account + "/ca.crt";
    const LocalFile read = read_local_file(file);
    const std::string fault =
        read.failure.empty() ? roots_fault(read.content.reveal()) : read.failure;
    if (fault.empty()) {
        cluster.certificate_authority = file;
    } else {
        log::write(1, fmt::format("the CA of the service account is not used: {}", fault));
    }
    return cluster;
}

User pod_user(const Environment& environment) {
    User user;
    user.token_file = environment.service_account + "/token";
    return user;
}

std::string pod_namespace(const Environment& environment) {
    if (!environment.pod_namespace.empty()) {
        return environment.pod_namespace;
    }
    const LocalFile read = read_local_file(environment.service_account + "/namespace");
    return std::string(trim(read.content.reveal()));
}

}  // namespace kcert::session
