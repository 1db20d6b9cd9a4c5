// SPDX-License-Identifier: Apache-2.0
//
// What the user's environment says, read once at the start and handed on as values.

#pragma once

#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/sensitive.h"

namespace kcert::session {

struct Environment {
    std::string https_proxy;  ///< HTTPS_PROXY, else https_proxy
    std::string http_proxy;   ///< HTTP_PROXY, else http_proxy
    std::string no_proxy;     ///< NO_PROXY, else no_proxy
    std::string ssl_cert_file;
    std::string ssl_cert_dir;
    std::string term;
    bool no_color = false;  ///< NO_COLOR is set, even to nothing

    std::string kubeconfig;  ///< KUBECONFIG: files, separated by colons
    std::string home;
    std::string kubernetes_master;        ///< the server where no kubeconfig names one
    std::string kubernetes_service_host;  ///< this and the next: set inside a pod
    std::string kubernetes_service_port;
    std::string pod_namespace;
    std::string user_name;           ///< USER, else LOGNAME
    bool stdin_is_terminal = false;  ///< a program that gives credentials may ask there
    /// Where a pod finds its service account.
    std::string service_account = "/var/run/secrets/kubernetes.io/serviceaccount";
};

Environment read_environment();

using Variables = std::map<std::string, Sensitive, std::less<>>;

/// Those of the variables that are set and not empty; some are credentials.
Variables read_variables(std::span<const std::string_view> names);

/// All variables, NAME=VALUE, as programs get them that are run.
std::vector<std::string> inherited_environment();

}  // namespace kcert::session
