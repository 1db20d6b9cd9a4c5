// SPDX-License-Identifier: Apache-2.0

#include "session/session.h"

#include "base/error.h"
#include "kube/manifest_dir_store.h"
#include "session/target.h"

namespace kcert::session {
namespace {

/// The one place where the credentials and the store of a cluster are made.
std::unique_ptr<kube::ObjectStore> cluster_store(const Target& /*target*/, const Clock& /*clock*/,
                                                 net::HttpClient& /*http*/) {
    throw Error(ErrorKind::Config,
                "this version does not speak to clusters yet: name a folder of manifests with "
                "--local DIR");
}

}  // namespace

std::string namespace_of(const SessionFlags& flags) {
    return flags.ns.empty() ? "default" : flags.ns;
}

Session open(const SessionFlags& flags, const Environment& environment, const Clock& clock,
             net::HttpClient& http) {
    if (!flags.local.empty()) {
        const std::string ns = namespace_of(flags);
        return {.store = std::make_unique<kube::ManifestDirStore>(flags.local, ns, clock),
                .ns = ns};
    }
    Target target = find_target(flags, environment);
    return {.store = cluster_store(target, clock, http),
            .ns = target.ns,
            .warnings = std::move(target.warnings)};
}

}  // namespace kcert::session
