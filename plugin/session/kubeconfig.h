// SPDX-License-Identifier: Apache-2.0
//
// What a kubeconfig says, merged over its files and with the flags applied: one cluster, one user.
// Plain values; nothing here asks a server or runs a program.

#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/sensitive.h"
#include "json/value.h"

namespace kcert::session {

using Pairs = std::vector<std::pair<std::string, std::string>>;

/// An entry of `clusters`.
struct Cluster {
    std::string server;
    std::string tls_server_name;
    bool insecure_skip_tls_verify = false;
    std::string certificate_authority;       ///< absolute path, a flag's as typed; empty: none
    std::string certificate_authority_data;  ///< PEM, decoded
    std::string proxy_url;
    bool disable_compression = false;
    json::Value exec_config;  ///< extension client.authentication.k8s.io/exec; null: none

    bool operator==(const Cluster&) const = default;
};

/// A program that prints credentials: client-go's `exec`.
struct ExecConfig {
    std::string api_version;
    std::string command;  ///< absolute where it was written as a path
    std::vector<std::string> args;
    Pairs env;
    std::string install_hint;
    bool provide_cluster_info = false;
    std::string interactive_mode;

    bool operator==(const ExecConfig&) const = default;
};

/// client-go's `auth-provider`: oidc works, azure and gcp were removed.
struct AuthProvider {
    std::string name;
    std::vector<std::pair<std::string, Sensitive>> config;

    bool operator==(const AuthProvider&) const = default;
};

/// An entry of `users`.
struct User {
    std::string name;  ///< its key, and the file that defines it: where new tokens are written back
    std::string file;
    std::string client_certificate;       ///< absolute path, a flag's as typed; empty: none
    std::string client_certificate_data;  ///< PEM, decoded
    std::string client_key;               ///< the same
    Sensitive client_key_data;            ///< PEM, decoded
    Sensitive token;
    std::string token_file;  ///< absolute path
    std::string username;
    Sensitive password;
    std::string as;
    std::string as_uid;
    std::vector<std::string> as_groups;
    std::vector<std::pair<std::string, std::vector<std::string>>> as_user_extra;
    std::optional<ExecConfig> exec;
    std::optional<AuthProvider> auth_provider;

    bool operator==(const User&) const = default;
};

/// An entry of `contexts`.
struct Context {
    std::string cluster;
    std::string user;
    std::string ns;
};

/// One file, or several merged into one.
struct Kubeconfig {
    std::map<std::string, Cluster> clusters;
    std::map<std::string, User> users;
    std::map<std::string, Context> contexts;
    std::string current_context;
};

}  // namespace kcert::session
