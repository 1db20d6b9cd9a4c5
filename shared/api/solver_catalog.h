// SPDX-License-Identifier: Apache-2.0
//
// What each DNS-01 solver's stanza may hold. Rules, the registry of providers, help and the README
// read this one list.

#pragma once

#include <span>
#include <string_view>

namespace kcert::api {

enum class FieldType { String, SecretKey, Any };

struct SolverField {
    std::string_view name;  ///< as in v1alpha1: "tsigSecretSecretRef"
    FieldType type = FieldType::String;
    bool required = false;
    std::string_view help;  ///< half a line; default and unit in it
    /// A value to fill in over, as YAML: for a SecretKey the key within its Secret.
    std::string_view example;
    /// Not required, but most people need it.
    bool usual = false;
};

struct SolverEntry {
    std::string_view code;   ///< the stanza's name: "rfc2136"
    std::string_view title;  ///< "Dynamic DNS update (RFC 2136)"
    std::span<const SolverField> fields;
    std::string_view permissions;  ///< the least that its credential must be allowed to do
    /// Its records stand under names of its own only, which a CNAME of the challenge's name leads
    /// to: that is followed whatever the issuer's cnameStrategy.
    bool delegated = false;
};

/// In the order of the API: clouddns, cloudflare, route53, azuredns, akamai, acmedns, digitalocean,
/// rfc2136, webhook.
std::span<const SolverEntry> solver_catalog();

/// Null where there is no such solver.
const SolverEntry* find_solver(std::string_view code);

}  // namespace kcert::api
