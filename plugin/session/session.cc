// SPDX-License-Identifier: Apache-2.0

#include "session/session.h"

#include "base/error.h"
#include "kube/manifest_dir_store.h"

namespace kcert::session {

std::string namespace_of(const SessionFlags& flags) {
    return flags.ns.empty() ? "default" : flags.ns;
}

Session open(const SessionFlags& flags, const Clock& clock) {
    if (flags.local.empty()) {
        throw Error(ErrorKind::Config,
                    "this version does not speak to clusters yet: name a folder of manifests with "
                    "--local DIR");
    }
    const std::string ns = namespace_of(flags);
    return {.store = std::make_unique<kube::ManifestDirStore>(flags.local, ns, clock), .ns = ns};
}

}  // namespace kcert::session
