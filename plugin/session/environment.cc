// SPDX-License-Identifier: Apache-2.0

#include "session/environment.h"

#include <cstdlib>
#include <utility>

#include <unistd.h>

namespace kcert::session {
namespace {

std::string variable(const char* name) {
    const char* const value = std::getenv(name);
    return value == nullptr ? "" : value;
}

std::string either(const char* name, const char* other) {
    const std::string value = variable(name);
    return value.empty() ? variable(other) : value;
}

}  // namespace

Environment read_environment() {
    return {.https_proxy = either("HTTPS_PROXY", "https_proxy"),
            .http_proxy = either("HTTP_PROXY", "http_proxy"),
            .no_proxy = either("NO_PROXY", "no_proxy"),
            .ssl_cert_file = variable("SSL_CERT_FILE"),
            .ssl_cert_dir = variable("SSL_CERT_DIR"),
            .term = variable("TERM"),
            .no_color = std::getenv("NO_COLOR") != nullptr,
            .kubeconfig = variable("KUBECONFIG"),
            .home = variable("HOME"),
            .kubernetes_master = variable("KUBERNETES_MASTER"),
            .kubernetes_service_host = variable("KUBERNETES_SERVICE_HOST"),
            .kubernetes_service_port = variable("KUBERNETES_SERVICE_PORT"),
            .pod_namespace = variable("POD_NAMESPACE"),
            .user_name = either("USER", "LOGNAME"),
            .stdin_is_terminal = ::isatty(STDIN_FILENO) == 1};
}

Variables read_variables(std::span<const std::string_view> names) {
    Variables variables;
    for (const std::string_view name : names) {
        std::string value = variable(std::string(name).c_str());
        if (!value.empty()) {
            variables.emplace(name, Sensitive(std::move(value)));
        }
    }
    return variables;
}

std::vector<std::string> inherited_environment() {
    std::vector<std::string> variables;
    for (char** variable = environ; *variable != nullptr; ++variable) {
        variables.emplace_back(*variable);
    }
    return variables;
}

}  // namespace kcert::session
