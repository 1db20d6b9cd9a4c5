// SPDX-License-Identifier: Apache-2.0

#include "session/exec_call.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include <fmt/format.h>

#include "base/base64.h"
#include "base/error.h"
#include "base/text.h"
#include "json/json.h"
#include "json/value.h"

namespace kcert::session {
namespace {

/// The members that are not empty, in client-go's order.
json::Value cluster_info(const Cluster& cluster) {
    json::Value info = json::Value::object({{"server", cluster.server}});
    const auto add_text = [&info](std::string_view name, const std::string& text) {
        if (!text.empty()) {
            info.set(name, text);
        }
    };
    add_text("tls-server-name", cluster.tls_server_name);
    if (cluster.insecure_skip_tls_verify) {
        info.set("insecure-skip-tls-verify", true);
    }
    add_text("certificate-authority-data", base64_encode(cluster.certificate_authority_data));
    add_text("proxy-url", cluster.proxy_url);
    if (cluster.disable_compression) {
        info.set("disable-compression", true);
    }
    info.set("config", cluster.exec_config);
    return info;
}

std::string_view name_of(std::string_view variable) {
    return variable.substr(0, variable.find('='));
}

bool is_program(const std::string& file) {
    struct stat status {};
    return ::stat(file.c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
           ::access(file.c_str(), X_OK) == 0;
}

}  // namespace

void check_exec_version(std::string_view api_version) {
    if (api_version != "client.authentication.k8s.io/v1" &&
        api_version != "client.authentication.k8s.io/v1beta1") {
        throw Error(ErrorKind::Config,
                    fmt::format("exec plugin: invalid apiVersion \"{}\"", printable(api_version)));
    }
}

bool is_interactive(std::string_view mode, bool stdin_is_terminal) {
    if (mode == "Never") {
        return false;
    }
    if (mode == "IfAvailable" || mode.empty()) {
        return stdin_is_terminal;
    }
    constexpr std::string_view kCannot = "exec plugin cannot support interactive mode: ";
    if (mode != "Always") {
        throw Error(ErrorKind::Config,
                    fmt::format("{}unknown interactiveMode: \"{}\"", kCannot, printable(mode)));
    }
    if (!stdin_is_terminal) {
        throw Error(ErrorKind::Config, fmt::format("{}standard input is not a terminal", kCannot));
    }
    return true;
}

std::string exec_info(std::string_view api_version, bool interactive, const Cluster* cluster) {
    json::Value spec = json::Value::object();
    if (cluster != nullptr) {
        spec.set("cluster", cluster_info(*cluster));
    }
    spec.set("interactive", interactive);
    return json::write_json(json::Value::object({{"kind", "ExecCredential"},
                                                 {"apiVersion", std::string(api_version)},
                                                 {"spec", std::move(spec)}}));
}

std::vector<std::string> child_environment(const std::vector<std::string>& parent,
                                           const Pairs& own) {
    std::vector<std::string> result = parent;
    for (const auto& variable : own) {
        std::erase_if(result, [&variable](const std::string& other) {
            return name_of(other) == variable.first;
        });
        result.push_back(fmt::format("{}={}", variable.first, variable.second));
    }
    return result;
}

std::optional<std::string> find_program(std::string_view name,
                                        const std::vector<std::string>& environment) {
    constexpr std::string_view kPath = "PATH=";
    const auto path = std::ranges::find_if(
        environment, [&](const std::string& variable) { return variable.starts_with(kPath); });
    if (path == environment.end()) {
        return std::nullopt;
    }
    for (const std::string& folder : split(std::string_view(*path).substr(kPath.size()), ':')) {
        // A program that lies in the working directory is not what the kubeconfig means.
        if (!folder.starts_with('/')) {
            continue;
        }
        std::string file = folder + "/" + std::string(name);
        if (is_program(file)) {
            return file;
        }
    }
    return std::nullopt;
}

}  // namespace kcert::session
