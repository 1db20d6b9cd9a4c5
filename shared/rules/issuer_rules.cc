// SPDX-License-Identifier: Apache-2.0

#include "rules/issuer_rules.h"

#include <string>

#include "base/error.h"
#include "base/text.h"
#include "crypto/certificate.h"
#include "rules/metadata_rules.h"
#include "rules/rules.h"

namespace kcert::rules {
namespace {

const json::FieldPath kSpec("spec");
constexpr std::size_t kMostAnchors = 1000;

void require_text(const std::string& text, const json::FieldPath& path, std::string_view rule,
                  Verdicts& verdicts) {
    if (text.empty()) {
        verdicts.required(rule, path, "must be specified");
    }
}

bool has_parent_segment(std::string_view path) {
    for (const std::string& segment : split(path, '/')) {
        if (segment == "..") {
            return true;
        }
    }
    return false;
}

void check_vault_path(const std::string& text, const json::FieldPath& path, Verdicts& verdicts) {
    if (has_parent_segment(text)) {
        verdicts.invalid("issuer/vault-path", path, text, "must not contain a \"..\" segment");
    }
}

void check_vault_auth(const api::VaultIssuer& vault, const json::FieldPath& path,
                      Verdicts& verdicts) {
    const bool token = !vault.token.name.empty();
    const json::FieldPath role_path = path.child("appRole");
    if (!token && !vault.app_role) {
        verdicts.required("issuer/vault-auth-required", path,
                          "one of tokenSecretRef or appRole must be specified");
    } else if (token && vault.app_role) {
        verdicts.forbidden("issuer/vault-auth-exclusive", role_path,
                           "may not be specified together with tokenSecretRef");
    } else if (vault.app_role) {
        require_text(vault.app_role->role_id, role_path.child("roleId"),
                     "issuer/vault-role-required", verdicts);
        require_text(vault.app_role->secret.name, role_path.child("secretRef").child("name"),
                     "issuer/vault-role-required", verdicts);
        check_vault_path(vault.app_role->path, role_path.child("path"), verdicts);
    }
}

void check_ca_issuer(const api::CaIssuer& ca, Verdicts& verdicts) {
    const json::FieldPath path = kSpec.child("ca").child("secretName");
    require_text(ca.secret_name, path, "issuer/ca-secret-name-required", verdicts);
    check_object_name("issuer/secret-name-syntax", path, ca.secret_name, verdicts);
}

void check_vault_issuer(const api::VaultIssuer& vault, Verdicts& verdicts) {
    const json::FieldPath path = kSpec.child("vault");
    require_text(vault.server, path.child("server"), "issuer/vault-server-required", verdicts);
    require_text(vault.path, path.child("path"), "issuer/vault-path-required", verdicts);
    check_vault_path(vault.path, path.child("path"), verdicts);
    check_vault_auth(vault, path.child("auth"), verdicts);
    if (!vault.ca_bundle.empty() && !holds_certificates(vault.ca_bundle)) {
        verdicts.invalid("issuer/vault-ca-bundle", path.child("caBundle"), "<snip>",
                         "must be base64 of at least one PEM certificate");
    }
}

void check_venafi_issuer(const api::VenafiIssuer& venafi, Verdicts& verdicts) {
    const json::FieldPath path = kSpec.child("venafi");
    require_text(venafi.zone, path.child("zone"), "issuer/venafi-zone-required", verdicts);
    if (!venafi.tpp && !venafi.cloud) {
        verdicts.required("issuer/venafi-type-required", path,
                          "one of tpp or cloud must be specified");
    } else if (venafi.tpp && venafi.cloud) {
        verdicts.forbidden("issuer/venafi-type-exclusive", path.child("cloud"),
                           "may not be specified together with tpp");
    }
    if (venafi.tpp) {
        require_text(venafi.tpp->url, path.child("tpp").child("url"), "issuer/venafi-url-required",
                     verdicts);
    }
}

}  // namespace

bool holds_certificates(const std::string& pem) {
    try {
        return !crypto::Certificate::parse_pem(pem, kMostAnchors).empty();
    } catch (const Error&) {
        return false;
    }
}

json::Findings check_issuer(const api::Issuer& issuer) {
    Verdicts verdicts;
    check_metadata(issuer.meta, verdicts);
    const api::IssuerSpec& spec = issuer.spec;
    if (spec.types.empty()) {
        verdicts.required("issuer/type-required", kSpec, "at least one issuer must be configured");
        return verdicts.take();
    }
    if (spec.acme) {
        check_acme_issuer(*spec.acme, verdicts);
        check_solvers(*spec.acme, verdicts);
    } else if (spec.ca) {
        check_ca_issuer(*spec.ca, verdicts);
    } else if (spec.vault) {
        check_vault_issuer(*spec.vault, verdicts);
    } else if (spec.venafi) {
        check_venafi_issuer(*spec.venafi, verdicts);
    }
    for (std::size_t i = 1; i < spec.types.size(); ++i) {
        verdicts.forbidden("issuer/type-exclusive", kSpec.child(spec.types[i]),
                           "may not specify more than one issuer type");
    }
    return verdicts.take();
}

}  // namespace kcert::rules
