// SPDX-License-Identifier: Apache-2.0

#include "rules/issuer_rules.h"

#include <string>

#include "base/base64.h"
#include "base/error.h"
#include "base/text.h"
#include "crypto/certificate.h"
#include "names/names.h"
#include "rules/rules.h"

namespace kcert::rules {
namespace {

const json::FieldPath kSpec("spec");
constexpr std::size_t kMostAnchors = 1000;

void require_text(const json::Value& object, std::string_view name, const json::FieldPath& path,
                  std::string_view rule, Verdicts& verdicts) {
    if (object.text({name}).empty()) {
        verdicts.required(rule, path.child(name), "must be specified");
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

void check_vault_path(const json::Value& object, const json::FieldPath& path, Verdicts& verdicts) {
    const std::string_view text = object.text({"path"});
    if (has_parent_segment(text)) {
        verdicts.invalid("issuer/vault-path", path.child("path"), std::string(text),
                         "must not contain a \"..\" segment");
    }
}

void check_vault_auth(const json::Value& auth, const json::FieldPath& path, Verdicts& verdicts) {
    const bool token = !auth.text({"tokenSecretRef", "name"}).empty();
    const json::Value& role = auth["appRole"];
    if (!token && !role.is_object()) {
        verdicts.required("issuer/vault-auth-required", path,
                          "one of tokenSecretRef or appRole must be specified");
    } else if (token && role.is_object()) {
        verdicts.forbidden("issuer/vault-auth-exclusive", path.child("appRole"),
                           "may not be specified together with tokenSecretRef");
    } else if (role.is_object()) {
        const json::FieldPath role_path = path.child("appRole");
        require_text(role, "roleId", role_path, "issuer/vault-role-required", verdicts);
        require_text(role["secretRef"], "name", role_path.child("secretRef"),
                     "issuer/vault-role-required", verdicts);
        check_vault_path(role, role_path, verdicts);
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

void check_secret_name(const std::string& name, const json::FieldPath& path, Verdicts& verdicts) {
    if (!name.empty() && !names::is_dns1123_subdomain(name)) {
        verdicts.invalid("issuer/secret-name-syntax", path, name,
                         "must be a DNS-1123 subdomain: lower-case letters, digits, '-' and '.'");
    }
}

void check_ca_issuer(const json::Value& ca, Verdicts& verdicts) {
    const json::FieldPath path = kSpec.child("ca");
    require_text(ca, "secretName", path, "issuer/ca-secret-name-required", verdicts);
    check_secret_name(std::string(ca.text({"secretName"})), path.child("secretName"), verdicts);
}

void check_vault_issuer(const json::Value& vault, Verdicts& verdicts) {
    const json::FieldPath path = kSpec.child("vault");
    require_text(vault, "server", path, "issuer/vault-server-required", verdicts);
    require_text(vault, "path", path, "issuer/vault-path-required", verdicts);
    check_vault_path(vault, path, verdicts);
    check_vault_auth(vault["auth"], path.child("auth"), verdicts);
    const std::string_view bundle = vault.text({"caBundle"});
    if (!bundle.empty() && !holds_certificates(base64_decode(bundle).value_or(""))) {
        verdicts.invalid("issuer/vault-ca-bundle", path.child("caBundle"), "<snip>",
                         "must be base64 of at least one PEM certificate");
    }
}

void check_venafi_issuer(const json::Value& venafi, Verdicts& verdicts) {
    const json::FieldPath path = kSpec.child("venafi");
    require_text(venafi, "zone", path, "issuer/venafi-zone-required", verdicts);
    const bool tpp = venafi["tpp"].is_object();
    const bool cloud = venafi["cloud"].is_object();
    if (!tpp && !cloud) {
        verdicts.required("issuer/venafi-type-required", path,
                          "one of tpp or cloud must be specified");
    } else if (tpp && cloud) {
        verdicts.forbidden("issuer/venafi-type-exclusive", path.child("cloud"),
                           "may not be specified together with tpp");
    }
    if (tpp) {
        require_text(venafi["tpp"], "url", path.child("tpp"), "issuer/venafi-url-required",
                     verdicts);
    }
}

json::Findings check_issuer(const api::Issuer& issuer) {
    Verdicts verdicts;
    const std::vector<std::string>& types = issuer.spec.types;
    const json::Value& raw = issuer.spec.raw;
    if (types.empty()) {
        verdicts.required("issuer/type-required", kSpec, "at least one issuer must be configured");
        return verdicts.take();
    }
    if (issuer.spec.acme) {
        check_acme_issuer(*issuer.spec.acme, verdicts);
        check_solvers(*issuer.spec.acme, raw["acme"], verdicts);
    } else if (types.front() == "ca") {
        check_ca_issuer(raw["ca"], verdicts);
    } else if (types.front() == "vault") {
        check_vault_issuer(raw["vault"], verdicts);
    } else if (types.front() == "venafi") {
        check_venafi_issuer(raw["venafi"], verdicts);
    }
    for (std::size_t i = 1; i < types.size(); ++i) {
        verdicts.forbidden("issuer/type-exclusive", kSpec.child(types[i]),
                           "may not specify more than one issuer type");
    }
    return verdicts.take();
}

}  // namespace kcert::rules
