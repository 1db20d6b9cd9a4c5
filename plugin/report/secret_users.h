// SPDX-License-Identifier: Apache-2.0
//
// Who serves a Secret's certificate: Ingresses (networking.k8s.io/v1) and Gateways
// (gateway.networking.k8s.io/v1), and the hosts for which they do. Pure.

#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "json/value.h"
#include "kube/object_key.h"

namespace kcert::report {

struct SecretUser {
    kube::ObjectKey key;
    std::vector<std::string> hosts;  ///< each once; none: whatever host is asked for
};

/// An Ingress or a Gateway, seen as a user of that Secret. Nothing where it is none. What is of a
/// wrong type in it is passed over.
std::optional<SecretUser> as_user(const json::Value& object, const kube::Kind& kind,
                                  const kube::ObjectKey& secret);

/// Those of `hosts` that a certificate for `names` does not cover. A wildcard covers one label.
std::vector<std::string> not_covered(std::span<const std::string> hosts,
                                     std::span<const std::string> names);

}  // namespace kcert::report
