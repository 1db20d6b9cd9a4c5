// SPDX-License-Identifier: Apache-2.0
//
// What the user asked for on the command line, as values. A pure function of argv: no file is
// opened, no environment read.

#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/sensitive.h"

namespace kcert::cli {

enum class OutputFormat { Text, Json, Yaml, Name };
enum class DryRun { None, Client, Server };
enum class Dns01Check { Authoritative, Recursive, None };
enum class AccountKeyType { Ecdsa, Rsa };

/// kubectl's flags that say which cluster is meant and who asks; empty: not given.
struct ClusterFlags {
    std::string kubeconfig;
    std::string context;
    std::string cluster;
    std::string user;
    std::string server;
    std::string tls_server_name;
    std::string certificate_authority;
    bool insecure_skip_tls_verify = false;
    bool disable_compression = false;
    std::string client_certificate;
    std::string client_key;
    Sensitive token;
    std::string username;
    Sensitive password;
    std::string as;
    std::string as_uid;
    std::vector<std::string> as_groups;
    std::vector<std::pair<std::string, std::string>> as_user_extra;
    std::string request_timeout;  ///< as typed
    std::string cache_dir;        ///< not used: nothing is cached
};

/// Flags that every command takes, before or behind its name.
struct SharedOptions {
    std::string ns;     ///< -n; empty: not given
    std::string local;  ///< a folder of manifests in place of a cluster; empty: not given
    ClusterFlags cluster;
    int verbosity = 0;                                       ///< kubectl's -v
    std::string cluster_resource_namespace = "kube-system";  ///< of a ClusterIssuer's Secrets
};

struct IssueOptions {
    std::string name;                ///< empty only where there are files
    std::vector<std::string> files;  ///< -f: files, folders, "-"; empty: from the store
    OutputFormat output = OutputFormat::Text;
    DryRun dry_run = DryRun::None;
    bool force = false;
    bool take_over = false;
    bool wait = false;  ///< for the claim of another run
    Duration timeout = std::chrono::minutes(10);
    Duration propagation_timeout = std::chrono::minutes(5);
    Duration propagation_wait{};
    Dns01Check dns01_check = Dns01Check::Authoritative;
    std::vector<std::string> recursive_nameservers;  ///< HOST:PORT as typed
    std::uint16_t dns_port = 53;
    std::string acme_ca;  ///< a PEM file; empty: not given
    AccountKeyType account_key_type = AccountKeyType::Ecdsa;
    bool ambient_credentials = false;
    std::vector<std::string> dns01_exec;  ///< NAME=PROGRAM as typed
};

/// Names, or a selector, or all of all namespaces.
struct DescribeOptions {
    std::vector<std::string> names;
    std::string selector;  ///< -l, as typed
    bool all_namespaces = false;
    OutputFormat output = OutputFormat::Text;
};

struct ValidateOptions {
    std::vector<std::string> files;  ///< files, folders, "-"; at least one
    bool against_cluster = false;    ///< references are looked up in the cluster too
    OutputFormat output = OutputFormat::Text;
};

struct ExampleOptions {
    std::string provider;  ///< as typed
};

struct VersionOptions {
    OutputFormat output = OutputFormat::Text;
};

/// Help was asked for, or nothing was: `text` goes to stdout.
struct HelpRequest {
    std::string text;
};

struct Invocation {
    SharedOptions shared;
    std::variant<HelpRequest, VersionOptions, ValidateOptions, DescribeOptions, IssueOptions,
                 ExampleOptions>
        command;
};

/// How the user calls the program: "kubectl cert" where argv[0]'s basename begins with "kubectl-"
/// (kubectl started it, or could have), else the basename.
std::string program_name(std::string_view argv0);

/// The line that ends every refusal of a command line; an empty command is the program itself.
std::string usage_hint(std::string_view program, std::string_view command);

/// `arguments` without argv[0]. Throws Error{Usage} that ends in usage_hint().
Invocation parse(std::span<const std::string> arguments, const std::string& program);

}  // namespace kcert::cli
