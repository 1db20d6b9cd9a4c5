// SPDX-License-Identifier: Apache-2.0

#include "session/session.h"

#include <random>

#include <fmt/format.h>

#include "kube/api_server_store.h"
#include "kube/lease.h"
#include "kube/manifest_dir_store.h"
#include "session/credentials.h"
#include "session/target.h"

namespace kcert::session {
namespace {

std::string nonce() {
    std::random_device random;
    return fmt::format("{:08x}", random());
}

/// The one place where the credentials and the store of a cluster are made.
std::unique_ptr<kube::ApiServerStore> cluster_store(const Target& target,
                                                    const Environment& environment,
                                                    const CredentialsWorld& world) {
    kube::ClusterAccess access = target.access;
    if (target.sends_credentials) {
        access.credentials = make_credentials(target.user, target.cluster, world);
    }
    const kube::ProcessPlace process = kube::this_process();
    const std::string user = environment.user_name.empty() ? "somebody" : environment.user_name;
    return std::make_unique<kube::ApiServerStore>(
        std::move(access), world.http, world.clock,
        kube::ApiServerOptions{
            .warn = world.warn,
            .holder_identity = kube::holder_identity(user, process.host, process.pid, nonce())});
}

}  // namespace

std::string namespace_of(const SessionFlags& flags) {
    return flags.ns.empty() ? "default" : flags.ns;
}

Session open(const SessionFlags& flags, const Environment& environment,
             const CredentialsWorld& world) {
    if (!flags.local.empty()) {
        const std::string ns = namespace_of(flags);
        return {.store = std::make_unique<kube::ManifestDirStore>(flags.local, ns, world.clock),
                .ns = ns};
    }
    Target target = find_target(flags, environment);
    auto store = cluster_store(target, environment, world);
    kube::AggregatedApi* const aggregated_api = store.get();
    return {.store = std::move(store),
            .aggregated_api = aggregated_api,
            .ns = target.ns,
            .cluster = target.access.name,
            .warnings = std::move(target.warnings)};
}

}  // namespace kcert::session
