// SPDX-License-Identifier: Apache-2.0
//
// The Issuer and ClusterIssuer kinds, free of any wire version.

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/meta.h"
#include "json/value.h"

namespace kcert::api {

/// The stanzas of one DNS-01 solver entry. `config` is the stanza as written; solver_catalog tells
/// what may stand in it.
struct Dns01Solver {
    struct Stanza {
        std::string code;  ///< "rfc2136", "clouddns" …
        json::Value config;
    };
    std::string name;             ///< of providers[]; empty in solvers[]
    std::string cname_strategy;   ///< as written; empty means None
    std::vector<Stanza> stanzas;  ///< exactly one where the rules hold

    bool follows_cname() const { return cname_strategy == "Follow"; }
};

/// An entry of spec.acme.solvers.
struct Solver {
    struct Selector {
        StringMap match_labels;
        std::vector<std::string> dns_names;
        std::vector<std::string> dns_zones;
    };
    std::optional<Selector> selector;
    std::optional<Dns01Solver> dns01;
    bool has_http01 = false;
};

struct ExternalAccountBinding {
    std::string key_id;
    SecretKeySelector key_secret;
    std::string key_algorithm;  ///< HS256 (the default), HS384, HS512
};

struct AcmeIssuer {
    std::string server;
    int server_line = 0;  ///< of the file it came from; 0 where unknown
    std::string email;
    bool skip_tls_verify = false;
    std::string ca_bundle;          ///< PEM, decoded from base64
    SecretKeySelector private_key;  ///< key defaults to tls.key
    std::optional<ExternalAccountBinding> external_account;
    std::string preferred_chain;
    std::string profile;
    bool has_http01 = false;  ///< the old http01 stanza
    std::string http01_service_type;
    std::vector<Dns01Solver> providers;  ///< dns01.providers
    std::vector<Solver> solvers;
};

struct IssuerSpec {
    std::optional<AcmeIssuer> acme;
    /// The issuer types present, in the API's order: acme, ca, selfSigned, vault, venafi.
    std::vector<std::string> types;
    json::Value raw;  ///< the spec as written, for the rules of the other types
};

struct IssuerStatus {
    std::vector<Condition> conditions;
    std::string account_url;            ///< status.acme.uri
    std::string last_registered_email;  ///< status.acme.lastRegisteredEmail
};

struct Issuer {
    ObjectMeta meta;
    bool cluster = false;
    IssuerSpec spec;
    IssuerStatus status;
};

}  // namespace kcert::api
