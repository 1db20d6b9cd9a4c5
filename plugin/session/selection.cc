// SPDX-License-Identifier: Apache-2.0

#include "session/selection.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "session/validation.h"

namespace kcert::session {
namespace {

template <typename Entry>
const Entry* find(const std::map<std::string, Entry>& entries, const std::string& name) {
    const auto found = entries.find(name);
    return found == entries.end() ? nullptr : &found->second;
}

const std::string& either(const std::string& flag, const std::string& otherwise) {
    return flag.empty() ? otherwise : flag;
}

template <typename Field>
void lay_over(Field& field, const Field& flag) {
    if (!flag.empty()) {
        field = flag;
    }
}

/// The names that are in force and what the kubeconfig has under them.
struct Chosen {
    std::string context_name;
    std::string cluster_name;
    std::string user_name;
    const Context* context;
    const Cluster* cluster;
    const User* user;
};

Chosen choose(const Kubeconfig& config, const SessionFlags& flags) {
    Chosen chosen{.context_name = either(flags.context, config.current_context)};
    chosen.context = find(config.contexts, chosen.context_name);
    const Context none;
    const Context& context = chosen.context == nullptr ? none : *chosen.context;
    chosen.cluster_name = either(flags.cluster, context.cluster);
    chosen.user_name = either(flags.user, context.user);
    chosen.cluster = find(config.clusters, chosen.cluster_name);
    chosen.user = find(config.users, chosen.user_name);
    return chosen;
}

/// Where a flag brings trust of its own, none of the kubeconfig's is left; a server that a flag
/// names is not checked against another server's name.
Cluster with_flags(Cluster cluster, const SessionFlags& flags) {
    lay_over(cluster.server, flags.server);
    if (flags.insecure_skip_tls_verify || !flags.certificate_authority.empty()) {
        cluster.insecure_skip_tls_verify = flags.insecure_skip_tls_verify;
        cluster.certificate_authority = flags.certificate_authority;
        cluster.certificate_authority_data.clear();
    }
    if (!flags.server.empty() || !flags.tls_server_name.empty()) {
        cluster.tls_server_name = flags.tls_server_name;
    }
    cluster.disable_compression = cluster.disable_compression || flags.disable_compression;
    return cluster;
}

User with_flags(User user, const SessionFlags& flags) {
    // As kubectl does it from 1.36 on; before, a file beside data was an error.
    if (!flags.client_certificate.empty()) {
        user.client_certificate = flags.client_certificate;
        user.client_certificate_data.clear();
    }
    if (!flags.client_key.empty()) {
        user.client_key = flags.client_key;
        user.client_key_data = {};
    }
    lay_over(user.token, flags.token);
    lay_over(user.username, flags.username);
    lay_over(user.password, flags.password);
    lay_over(user.as, flags.as);
    lay_over(user.as_uid, flags.as_uid);
    lay_over(user.as_groups, flags.as_groups);
    for (const auto& given : flags.as_user_extra) {
        std::erase_if(user.as_user_extra,
                      [&](const auto& extra) { return extra.first == given.first; });
    }
    for (const auto& given : flags.as_user_extra) {
        auto extra = std::find_if(user.as_user_extra.begin(), user.as_user_extra.end(),
                                  [&](const auto& known) { return known.first == given.first; });
        if (extra == user.as_user_extra.end()) {
            extra = user.as_user_extra.insert(extra, {given.first, {}});
        }
        extra->second.push_back(given.second);
    }
    return user;
}

/// A flag that names what is not there.
void expect_named(const Chosen& chosen, const SessionFlags& flags) {
    const auto demand = [](const std::string& flag, bool there, std::string_view what) {
        if (!flag.empty() && !there) {
            throw Error(ErrorKind::Config, fmt::format("{} \"{}\" does not exist", what, flag));
        }
    };
    demand(flags.user, chosen.user != nullptr, "auth info");
    demand(flags.context, chosen.context != nullptr, "context");
    demand(flags.cluster, chosen.cluster != nullptr, "cluster");
}

/// An entry that the context names and that is not there. kubectl goes on without it, to
/// localhost:8080 or to a question for a user name.
void expect_complete(const Chosen& chosen, const Selected& selected) {
    const auto demand = [&](bool there, std::string_view what, const std::string& name) {
        if (!there) {
            throw Error(ErrorKind::Config, fmt::format("{} \"{}\" was not found for context \"{}\"",
                                                       what, name, chosen.context_name));
        }
    };
    if (chosen.context != nullptr) {
        demand(chosen.cluster_name.empty() || chosen.cluster != nullptr ||
                   !selected.cluster.server.empty(),
               "cluster", chosen.cluster_name);
        demand(chosen.user_name.empty() || chosen.user != nullptr, "user", chosen.user_name);
    }
}

void append(std::vector<std::string>& faults, const std::vector<std::string>& more) {
    faults.insert(faults.end(), more.begin(), more.end());
}

void expect_usable(const Chosen& chosen, const SessionFlags& flags, const Selected& selected) {
    const bool no_context = !chosen.context_name.empty() && chosen.context == nullptr;
    const bool unknown_user = !flags.user.empty() && chosen.user == nullptr;
    const bool unknown_cluster = !flags.cluster.empty() && chosen.cluster == nullptr;
    std::vector<std::string> faults;
    if (no_context) {
        faults.push_back("context was not found for specified context: " + chosen.context_name);
    }
    if (!unknown_user) {
        append(faults, faults_of(chosen.user_name, selected.user));
    }
    const bool half_a_cluster = chosen.cluster != nullptr && selected.cluster.server.empty() &&
                                selected.cluster != Cluster();
    if (unknown_cluster || half_a_cluster) {
        faults.push_back(fmt::format("no server found for cluster \"{}\"", chosen.cluster_name));
    }
    if (!unknown_cluster) {
        append(faults, faults_of(chosen.cluster_name, selected.cluster));
    }
    if (faults.size() == 1 && !no_context) {
        throw Error(ErrorKind::Config, faults.front());
    }
    if (!faults.empty()) {
        throw Error(ErrorKind::Config,
                    OwnWords{"Error in configuration: ",
                             faults.size() == 1 ? faults.front() : "\n* " + join(faults, "\n* ")});
    }
}

}  // namespace

Selected select(const Kubeconfig& config, const SessionFlags& flags) {
    const Chosen chosen = choose(config, flags);
    Selected selected{
        .context = chosen.context == nullptr ? "" : chosen.context_name,
        .ns = either(flags.ns, chosen.context == nullptr ? "" : chosen.context->ns),
        .cluster = with_flags(chosen.cluster == nullptr ? Cluster() : *chosen.cluster, flags),
        .user = with_flags(chosen.user == nullptr ? User() : *chosen.user, flags)};
    // kubectl looks for the namespace first, unless -n names it, and that judges in another order.
    if (flags.ns.empty()) {
        expect_usable(chosen, flags, selected);
    }
    expect_named(chosen, flags);
    expect_usable(chosen, flags, selected);
    expect_complete(chosen, selected);
    return selected;
}

}  // namespace kcert::session
