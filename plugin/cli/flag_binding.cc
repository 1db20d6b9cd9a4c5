// SPDX-License-Identifier: Apache-2.0

#include "cli/flag_binding.h"

#include "cli/flag_value.h"

namespace kcert::cli {
namespace {

void bind_secret(CLI::App& app, const std::string& names, const std::string& help,
                 Sensitive& target) {
    bind_value(app, names, "''", help,
               [&target](const std::string& text) { target = Sensitive(text); });
}

void bind_selection(CLI::App& app, ClusterFlags& flags) {
    bind_text(app, "--kubeconfig",
              "The kubeconfig file to use; then KUBECONFIG and ~/.kube/config are not read.",
              flags.kubeconfig);
    bind_text(app, "--context", "The context of the kubeconfig to work in.", flags.context);
    bind_text(app, "--cluster", "The cluster of the kubeconfig to work on.", flags.cluster);
    bind_text(app, "--user", "The user of the kubeconfig to work as.", flags.user);
}

void bind_server(CLI::App& app, ClusterFlags& flags) {
    bind_text(app, "-s,--server", "The address of the API server: https://HOST:PORT.",
              flags.server);
    bind_text(app, "--tls-server-name",
              "The name that the API server's certificate is checked for, where it is not the one "
              "in its address.",
              flags.tls_server_name);
    bind_text(app, "--certificate-authority",
              "A file of CA certificates (PEM) to trust for the API server.",
              flags.certificate_authority);
    bind_flag(app, "--insecure-skip-tls-verify",
              "Believe whoever answers to be the API server. Your credentials and Secrets are then "
              "not safe.",
              flags.insecure_skip_tls_verify);
    bind_value(app, "--request-timeout", "'0'",
               "The time for one request to the API server: seconds, or such as 90s or 2m. 0 means "
               "no limit.",
               [&flags](const std::string& text) { flags.request_timeout = text; });
    bind_flag(app, "--disable-compression", "Ask the API server for answers without compression.",
              flags.disable_compression);
    bind_text(app, "--cache-dir", "Taken as kubectl takes it; this program keeps no cache.",
              flags.cache_dir);
}

void bind_user(CLI::App& app, ClusterFlags& flags) {
    bind_text(app, "--client-certificate",
              "A client certificate (PEM file) to show to the API server.",
              flags.client_certificate);
    bind_text(app, "--client-key", "The private key (PEM file) of the client certificate.",
              flags.client_key);
    bind_secret(app, "--token", "A bearer token to show to the API server.", flags.token);
    bind_text(app, "--username", "A user name for basic authentication at the API server.",
              flags.username);
    bind_secret(app, "--password", "The password for basic authentication at the API server.",
                flags.password);
}

void bind_impersonation(CLI::App& app, ClusterFlags& flags) {
    bind_text(app, "--as", "A user or service account in whose name to ask.", flags.as);
    bind_text(app, "--as-uid", "The UID of the user in whose name to ask.", flags.as_uid);
    bind_repeated(app, "--as-group", "A group of the user in whose name to ask; may be repeated.",
                  [&flags](const std::vector<std::string>& groups) { flags.as_groups = groups; });
    bind_repeated(
        app, "--as-user-extra",
        "An extra attribute, KEY=VALUE, of the user in whose name to ask; may be repeated.",
        [&flags](const std::vector<std::string>& extras) {
            flags.as_user_extra.clear();
            for (const std::string& extra : extras) {
                flags.as_user_extra.push_back(pair_value("--as-user-extra", extra));
            }
        });
}

}  // namespace

void bind_value(CLI::App& app, const std::string& names, const std::string& fallback,
                const std::string& help, const Setter& set) {
    app.add_option_function<std::string>(names, set, help)->default_str(fallback)->take_last();
}

void bind_text(CLI::App& app, const std::string& names, const std::string& help,
               std::string& target) {
    bind_value(app, names, "''", help, [&target](const std::string& text) { target = text; });
}

void bind_list(CLI::App& app, const std::string& names, const std::string& help,
               std::vector<std::string>& target) {
    app.add_option(names, target, help)->default_str("[]")->delimiter(',')->allow_extra_args(false);
}

void bind_repeated(CLI::App& app, const std::string& names, const std::string& help,
                   const std::function<void(const std::vector<std::string>&)>& set) {
    app.add_option_function<std::vector<std::string>>(names, set, help)
        ->default_str("[]")
        ->allow_extra_args(false);
}

void bind_flag(CLI::App& app, const std::string& names, const std::string& help, bool& target) {
    app.add_flag(names, target, help)->default_str("false");
}

void bind_cluster_flags(CLI::App& app, ClusterFlags& flags) {
    bind_selection(app, flags);
    bind_server(app, flags);
    bind_user(app, flags);
    bind_impersonation(app, flags);
}

}  // namespace kcert::cli
