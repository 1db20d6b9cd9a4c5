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

/// How http-01 would be solved: what the old stanza and an ingress of solvers[] can say.
struct Http01 {
    std::string service_type;  ///< as written; empty means NodePort
    struct Ingress {
        std::string service_type;
        std::string ingress_class;
        std::string name;
        std::vector<std::string> pod_metadata;  ///< members of podTemplate.metadata that are set
    };
    std::optional<Ingress> ingress;
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
    std::optional<Http01> http01;
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
    std::optional<Http01> http01;        ///< the old stanza
    std::vector<Dns01Solver> providers;  ///< dns01.providers
    std::vector<Solver> solvers;
};

// The other types, which are judged and not issued from.

struct CaIssuer {
    std::string secret_name;
};

struct VaultIssuer {
    struct AppRole {
        std::string path;
        std::string role_id;
        SecretKeySelector secret;
    };
    std::string server;
    std::string path;
    std::string ca_bundle;    ///< PEM, decoded from base64
    SecretKeySelector token;  ///< auth.tokenSecretRef; an empty name where there is none
    std::optional<AppRole> app_role;
};

struct VenafiIssuer {
    struct Tpp {
        std::string url;
        std::string credentials;  ///< name of the Secret
        std::string ca_bundle;    ///< PEM, decoded from base64
    };
    struct Cloud {
        std::string url;
        SecretKeySelector api_token;
    };
    std::string zone;
    std::optional<Tpp> tpp;
    std::optional<Cloud> cloud;
};

struct IssuerSpec {
    std::optional<AcmeIssuer> acme;
    std::optional<CaIssuer> ca;
    std::optional<VaultIssuer> vault;
    std::optional<VenafiIssuer> venafi;
    /// The issuer types present, in the API's order: acme, ca, selfSigned, vault, venafi.
    std::vector<std::string> types;
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
