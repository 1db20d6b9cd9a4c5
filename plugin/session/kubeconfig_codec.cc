// SPDX-License-Identifier: Apache-2.0

#include "session/kubeconfig_codec.h"

#include <fmt/format.h>

#include "base/error.h"
#include "json/yaml.h"
#include "session/kubeconfig_reader.h"

namespace kcert::session {
namespace {

/// Cluster extension with what an exec plugin is told about the cluster.
constexpr std::string_view kExecExtension = "client.authentication.k8s.io/exec";

[[noreturn]] void refuse(const std::string& why) {
    throw Error(ErrorKind::Config, why);
}

json::Value extension(const KubeconfigReader& reader, std::string_view wanted) {
    json::Value found;
    reader.objects("extensions", "NamedExtension", [&](const KubeconfigReader& named) {
        if (named.text("name") == wanted) {
            found = named.raw("extension");
        }
    });
    return found;
}

// Members in alphabetical order, see KubeconfigReader.

Cluster cluster(const KubeconfigReader& reader) {
    Cluster cluster;
    cluster.certificate_authority = reader.text("certificate-authority");
    cluster.certificate_authority_data = reader.bytes("certificate-authority-data");
    cluster.disable_compression = reader.flag("disable-compression");
    cluster.exec_config = extension(reader, kExecExtension);
    cluster.insecure_skip_tls_verify = reader.flag("insecure-skip-tls-verify");
    cluster.proxy_url = reader.text("proxy-url");
    cluster.server = reader.text("server");
    cluster.tls_server_name = reader.text("tls-server-name");
    return cluster;
}

AuthProvider auth_provider(const KubeconfigReader& reader) {
    AuthProvider provider;
    for (const auto& [key, value] : reader.text_map("config")) {
        provider.config.emplace_back(key, Sensitive(value));
    }
    provider.name = reader.text("name");
    return provider;
}

ExecConfig exec(const KubeconfigReader& reader) {
    ExecConfig exec;
    exec.api_version = reader.text("apiVersion");
    exec.args = reader.texts("args");
    exec.command = reader.text("command");
    reader.objects("env", "ExecEnvVar", [&](const KubeconfigReader& variable) {
        const std::string name = variable.text("name");
        exec.env.emplace_back(name, variable.text("value"));
    });
    exec.install_hint = reader.text("installHint");
    exec.interactive_mode = reader.text("interactiveMode");
    exec.provide_cluster_info = reader.flag("provideClusterInfo");
    // Only v1 demands that it is written.
    if (exec.interactive_mode.empty() &&
        (exec.api_version == "client.authentication.k8s.io/v1beta1" ||
         exec.api_version == "client.authentication.k8s.io/v1alpha1")) {
        exec.interactive_mode = "IfAvailable";
    }
    return exec;
}

User user(const KubeconfigReader& reader) {
    User user;
    user.as = reader.text("as");
    user.as_groups = reader.texts("as-groups");
    user.as_uid = reader.text("as-uid");
    user.as_user_extra = reader.texts_map("as-user-extra");
    reader.object("auth-provider", "AuthProviderConfig", [&](const KubeconfigReader& member) {
        user.auth_provider = auth_provider(member);
    });
    user.client_certificate = reader.text("client-certificate");
    user.client_certificate_data = reader.bytes("client-certificate-data");
    user.client_key = reader.text("client-key");
    user.client_key_data = Sensitive(reader.bytes("client-key-data"));
    reader.object("exec", "ExecConfig",
                  [&](const KubeconfigReader& member) { user.exec = exec(member); });
    extension(reader, {});
    user.password = Sensitive(reader.text("password"));
    user.token = Sensitive(reader.text("token"));
    user.token_file = reader.text("tokenFile");
    user.username = reader.text("username");
    return user;
}

Context context(const KubeconfigReader& reader) {
    Context context;
    context.cluster = reader.text("cluster");
    extension(reader, {});
    context.ns = reader.text("namespace");
    context.user = reader.text("user");
    return context;
}

/// One of the three lists of named entries: `type` is "Cluster", `member` "cluster". Returns the
/// name that stands there twice.
template <typename Entry>
std::optional<std::string> read_entries(const KubeconfigReader& top, std::string_view list,
                                        std::string_view member, const std::string& type,
                                        Entry (*decode)(const KubeconfigReader&),
                                        std::map<std::string, Entry>& entries) {
    std::optional<std::string> twice;
    top.objects(list, "Named" + type, [&](const KubeconfigReader& named) {
        Entry entry;
        const auto read = [&](const KubeconfigReader& reader) { entry = decode(reader); };
        std::string name;
        // Alphabetical order here too.
        if (member < "name") {
            named.object(member, type, read);
            name = named.text("name");
        } else {
            name = named.text("name");
            named.object(member, type, read);
        }
        if (!entries.emplace(name, std::move(entry)).second && !twice) {
            twice = name;
        }
    });
    return twice;
}

/// kubectl shows the whole list behind these words, tokens included; we do not.
void refuse_duplicate(const std::optional<std::string>& name, std::string_view type) {
    if (name) {
        refuse(
            fmt::format("error converting *[]Named{0} into *map[string]*api.{0}: duplicate name "
                        "\"{1}\" in list",
                        type, *name));
    }
}

void check_kind(const json::Value& document) {
    constexpr std::string_view kPrefix = "couldn't get version/kind; json parse error: json: ";
    if (!document.is_object()) {
        refuse(fmt::format("{}cannot unmarshal {} into Go value", kPrefix, go_kind(document)));
    }
    for (const std::string_view name : {"apiVersion", "kind"}) {
        const json::Value& value = document[name];
        if (!value.is_string() && !value.is_null()) {
            refuse(fmt::format("{}cannot unmarshal {} into Go struct field .{} of type string",
                               kPrefix, go_kind(value), name));
        }
    }
    const std::string_view kind = document.text({"kind"});
    const std::string_view version = document.text({"apiVersion"});
    if ((!kind.empty() && kind != "Config") || (!version.empty() && version != "v1")) {
        refuse(fmt::format("no kind \"{}\" is registered for version \"{}\"",
                           kind.empty() ? "Config" : kind, version.empty() ? "v1" : version));
    }
}

}  // namespace

Kubeconfig decode_kubeconfig(std::string_view text) {
    Kubeconfig config;
    const std::vector<json::Value> documents = json::parse_yaml(text);
    if (documents.empty()) {
        return config;
    }
    check_kind(documents.front());
    const KubeconfigReader top(documents.front(), "Config", "");
    const auto cluster_twice =
        read_entries(top, "clusters", "cluster", "Cluster", cluster, config.clusters);
    const auto context_twice =
        read_entries(top, "contexts", "context", "Context", context, config.contexts);
    config.current_context = top.text("current-context");
    const auto user_twice = read_entries(top, "users", "user", "AuthInfo", user, config.users);
    refuse_duplicate(cluster_twice, "Cluster");
    refuse_duplicate(user_twice, "AuthInfo");
    refuse_duplicate(context_twice, "Context");
    return config;
}

}  // namespace kcert::session
