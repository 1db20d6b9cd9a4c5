// SPDX-License-Identifier: Apache-2.0

#include "session/validation.h"

#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "net/proxy.h"
#include "session/local_file.h"

namespace kcert::session {
namespace {

using Faults = std::vector<std::string>;

/// A file that is named and cannot be opened: `what` is "client-cert".
void check_file(std::string_view what, const std::string& path, const std::string& name,
                Faults& faults) {
    if (path.empty()) {
        return;
    }
    if (const std::string why = open_failure(path); !why.empty()) {
        faults.push_back(
            fmt::format("unable to read {} {} for {} due to {}", what, path, name, why));
    }
}

void check_certificate(const std::string& name, const User& user, Faults& faults) {
    const bool file = !user.client_certificate.empty();
    const bool data = !user.client_certificate_data.empty();
    if (!file && !data) {
        return;
    }
    if (file && data) {
        faults.push_back(
            fmt::format("client-cert-data and client-cert are both specified for {}. "
                        "client-cert-data will override.",
                        name));
    }
    if (!user.client_key.empty() && !user.client_key_data.empty()) {
        faults.push_back(
            fmt::format("client-key-data and client-key are both specified for {}; "
                        "client-key-data will override",
                        name));
    }
    if (user.client_key.empty() && user.client_key_data.empty()) {
        faults.push_back(
            fmt::format("client-key-data or client-key must be specified for {} to use "
                        "the clientCert authentication method.",
                        name));
    }
    check_file("client-cert", user.client_certificate, name, faults);
    check_file("client-key", user.client_key, name, faults);
}

void check_exec(const std::string& name, const User& user, Faults& faults) {
    static constexpr std::array<std::string_view, 3> kModes{"Never", "IfAvailable", "Always"};
    if (!user.exec) {
        return;
    }
    const ExecConfig& exec = *user.exec;
    const auto demand = [&](bool there, std::string_view what) {
        if (!there) {
            faults.push_back(fmt::format(
                "{} must be specified for {} to use exec authentication plugin", what, name));
        }
    };
    if (user.auth_provider) {
        faults.push_back(fmt::format(
            "authProvider cannot be provided in combination with an exec plugin for {}", name));
    }
    demand(!exec.command.empty(), "command");
    demand(!exec.api_version.empty(), "apiVersion");
    for (const auto& [variable, value] : exec.env) {
        demand(!variable.empty(), "env variable name");
    }
    demand(!exec.interactive_mode.empty(), "interactiveMode");
    if (!exec.interactive_mode.empty() &&
        std::find(kModes.begin(), kModes.end(), exec.interactive_mode) == kModes.end()) {
        faults.push_back(
            fmt::format("invalid interactiveMode for {}: \"{}\"", name, exec.interactive_mode));
    }
}

/// Go's url.Parse reads a scheme wherever one could stand: "proxy:3128" has the scheme "proxy".
std::string scheme_of(const std::string& url) {
    const std::size_t colon = url.find(':');
    const auto fits = [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '+' || c == '-' || c == '.';
    };
    const bool scheme =
        colon != std::string::npos && colon > 0 &&
        std::isalpha(static_cast<unsigned char>(url.front())) != 0 &&
        std::all_of(url.begin(), url.begin() + static_cast<std::ptrdiff_t>(colon), fits);
    return scheme ? to_lower(url.substr(0, colon)) : "";
}

std::string without_user(std::string url) {
    const std::size_t at = url.rfind('@');
    if (at == std::string::npos) {
        return url;
    }
    const std::size_t slashes = url.find("//");
    const std::size_t begin = slashes < at ? slashes + 2 : 0;
    return url.replace(begin, at - begin, "xxxxx");
}

}  // namespace

std::string proxy_fault(const std::string& proxy_url) {
    const std::string scheme = scheme_of(proxy_url);
    if (scheme != "http" && scheme != "https" && scheme != "socks5") {
        return fmt::format("unsupported scheme \"{}\", must be http, https, or socks5", scheme);
    }
    try {
        net::parse_proxy(proxy_url);
        return "";
    } catch (const Error&) {
        return "could not parse: " + without_user(proxy_url);
    }
}

std::vector<std::string> faults_of(const std::string& name, const Cluster& cluster) {
    Faults faults;
    if (!cluster.proxy_url.empty()) {
        if (const std::string why = proxy_fault(cluster.proxy_url); !why.empty()) {
            faults.push_back(fmt::format("invalid 'proxy-url' \"{}\" for cluster \"{}\": {}",
                                         without_user(cluster.proxy_url), name, why));
        }
    }
    if (!cluster.certificate_authority.empty() && !cluster.certificate_authority_data.empty()) {
        faults.push_back(
            fmt::format("certificate-authority-data and certificate-authority are both specified "
                        "for {}. certificate-authority-data will override.",
                        name));
    }
    check_file("certificate-authority", cluster.certificate_authority, name, faults);
    return faults;
}

std::vector<std::string> faults_of(const std::string& name, const User& user) {
    Faults faults;
    check_certificate(name, user, faults);
    check_exec(name, user, faults);
    if (!user.token.empty() && (!user.username.empty() || !user.password.empty())) {
        faults.push_back(
            fmt::format("more than one authentication method found for {}; found "
                        "[token basicAuth], only one is allowed",
                        name));
    }
    if (user.as.empty() &&
        (!user.as_uid.empty() || !user.as_groups.empty() || !user.as_user_extra.empty())) {
        faults.push_back(fmt::format(
            "requesting uid, groups or user-extra for {} without impersonating a user", name));
    }
    return faults;
}

}  // namespace kcert::session
