// SPDX-License-Identifier: Apache-2.0
//
// A folder of manifests that goes with its test, and the objects that the tests put into it.

#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "json/json.h"
#include "kube/manifest_dir_store.h"
#include "support/manual_clock.h"
#include "support/temporary_folder.h"

namespace kcert::kube::fixtures {

inline const ObjectKey kWeb{.kind = kCertificate, .ns = "shop", .name = "web"};
inline const ObjectKey kWebTls{.kind = kSecret, .ns = "shop", .name = "web-tls"};

inline constexpr std::string_view kWebManifest = R"(# a person wrote this
apiVersion: certmanager.k8s.io/v1alpha1
kind: Certificate
metadata: {name: web, namespace: shop}
spec: {secretName: web-tls}
)";

struct Folder : testing::TemporaryFolder {
    testing::ManualClock clock;
    ManifestDirStore store{path(), "default", clock};
};

inline json::Value secret() {
    return json::parse_json(R"({"apiVersion":"v1","kind":"Secret","type":"kubernetes.io/tls",)"
                            R"("metadata":{"name":"web-tls","namespace":"shop"},)"
                            R"("data":{"tls.key":"a2V5"}})");
}

inline std::string message_of(const std::function<void()>& act) {
    try {
        act();
    } catch (const Error& error) {
        return error.what();
    }
    return "";
}

inline bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace kcert::kube::fixtures
