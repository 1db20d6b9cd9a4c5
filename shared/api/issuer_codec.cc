// SPDX-License-Identifier: Apache-2.0

#include <utility>

#include "api/common_codec.h"
#include "api/solver_catalog.h"
#include "api/v1alpha1.h"
#include "base/base64.h"
#include "json/reader.h"

namespace kcert::api::v1alpha1 {
namespace {

constexpr std::string_view kAccountKey = "tls.key";

std::string decode_ca_bundle(json::ObjectReader& stanza, json::Findings& findings) {
    std::optional<std::string> pem = base64_decode(stanza.string("caBundle"));
    if (!pem) {
        findings.push_back({.rule = "schema/base64",
                            .kind = json::FindingKind::TypeInvalid,
                            .path = stanza.path().child("caBundle"),
                            .detail = "must be base64 of PEM certificates"});
    }
    return std::move(pem).value_or("");
}

std::optional<ExternalAccountBinding> decode_external_account(json::ObjectReader& acme) {
    std::optional<json::ObjectReader> binding = acme.object("externalAccountBinding");
    if (!binding) {
        return std::nullopt;
    }
    ExternalAccountBinding decoded{.key_id = binding->string("keyID"),
                                   .key_secret = decode_secret_key(*binding, "keySecretRef"),
                                   .key_algorithm = binding->string("keyAlgorithm")};
    if (decoded.key_algorithm.empty()) {
        decoded.key_algorithm = "HS256";
    }
    binding->report_unknown();
    return decoded;
}

/// An entry of dns01.providers or a dns01 stanza of solvers: one stanza beside the common members.
Dns01Solver decode_dns01(json::ObjectReader& entry) {
    Dns01Solver solver{.cname_strategy = entry.string("cnameStrategy")};
    for (const SolverEntry& known : solver_catalog()) {
        if (entry.object(known.code)) {
            solver.stanzas.push_back({std::string(known.code), entry.raw(known.code)});
        }
    }
    return solver;
}

std::vector<Dns01Solver> decode_providers(json::ObjectReader& acme) {
    std::vector<Dns01Solver> providers;
    std::optional<json::ObjectReader> dns01 = acme.object("dns01");
    if (!dns01) {
        return providers;
    }
    for (json::ObjectReader& entry : dns01->objects("providers")) {
        std::string name = entry.string("name");
        Dns01Solver& provider = providers.emplace_back(decode_dns01(entry));
        provider.name = std::move(name);
        entry.report_unknown();
    }
    dns01->report_unknown();
    return providers;
}

std::vector<std::string> decode_pod_metadata(json::ObjectReader& ingress) {
    std::vector<std::string> members;
    std::optional<json::ObjectReader> pod = ingress.object("podTemplate");
    std::optional<json::ObjectReader> metadata = pod ? pod->object("metadata") : std::nullopt;
    if (metadata) {
        metadata->string_map("labels");
        metadata->string_map("annotations");
        for (const std::string& name : metadata->names()) {
            if (metadata->has(name)) {
                members.push_back(name);
            }
        }
    }
    return members;
}

std::optional<Http01> decode_http01(json::ObjectReader& parent) {
    std::optional<json::ObjectReader> stanza = parent.object("http01");
    if (!stanza) {
        return std::nullopt;
    }
    Http01 http01{.service_type = stanza->string("serviceType")};
    if (std::optional<json::ObjectReader> ingress = stanza->object("ingress")) {
        http01.ingress = Http01::Ingress{.service_type = ingress->string("serviceType"),
                                         .ingress_class = ingress->string("class"),
                                         .name = ingress->string("name"),
                                         .pod_metadata = decode_pod_metadata(*ingress)};
        ingress->report_unknown();
    }
    stanza->report_unknown();
    return http01;
}

Solver decode_solver(json::ObjectReader& entry) {
    Solver solver;
    if (std::optional<json::ObjectReader> selector = entry.object("selector")) {
        solver.selector = Solver::Selector{.match_labels = selector->string_map("matchLabels"),
                                           .dns_names = selector->strings("dnsNames"),
                                           .dns_zones = selector->strings("dnsZones")};
        selector->report_unknown();
    }
    if (std::optional<json::ObjectReader> dns01 = entry.object("dns01")) {
        solver.dns01 = decode_dns01(*dns01);
        dns01->report_unknown();
    }
    solver.http01 = decode_http01(entry);
    entry.report_unknown();
    return solver;
}

AcmeIssuer decode_acme(json::ObjectReader& acme, json::Findings& findings) {
    AcmeIssuer decoded{
        .server = acme.string("server"),
        .server_line = acme.raw("server").line(),
        .email = acme.string("email"),
        .skip_tls_verify = acme.boolean("skipTLSVerify"),
        .ca_bundle = decode_ca_bundle(acme, findings),
        .private_key = decode_secret_key(acme, "privateKeySecretRef", kAccountKey),
        .external_account = decode_external_account(acme),
        .preferred_chain = acme.string("preferredChain"),
        .profile = acme.string("profile"),
        .http01 = decode_http01(acme),
        .providers = decode_providers(acme),
    };
    for (json::ObjectReader& entry : acme.objects("solvers")) {
        decoded.solvers.push_back(decode_solver(entry));
    }
    return decoded;
}

VaultIssuer decode_vault(json::ObjectReader& vault, json::Findings& findings) {
    VaultIssuer decoded{.server = vault.string("server"),
                        .path = vault.string("path"),
                        .ca_bundle = decode_ca_bundle(vault, findings)};
    if (std::optional<json::ObjectReader> auth = vault.object("auth")) {
        decoded.token = decode_secret_key(*auth, "tokenSecretRef");
        if (std::optional<json::ObjectReader> role = auth->object("appRole")) {
            decoded.app_role =
                VaultIssuer::AppRole{.path = role->string("path"),
                                     .role_id = role->string("roleId"),
                                     .secret = decode_secret_key(*role, "secretRef")};
            role->report_unknown();
        }
        auth->report_unknown();
    }
    return decoded;
}

VenafiIssuer decode_venafi(json::ObjectReader& venafi, json::Findings& findings) {
    VenafiIssuer decoded{.zone = venafi.string("zone")};
    if (std::optional<json::ObjectReader> tpp = venafi.object("tpp")) {
        decoded.tpp = VenafiIssuer::Tpp{.url = tpp->string("url"),
                                        .ca_bundle = decode_ca_bundle(*tpp, findings)};
        if (std::optional<json::ObjectReader> secret = tpp->object("credentialsRef")) {
            decoded.tpp->credentials = secret->string("name");
            secret->report_unknown();
        }
        tpp->report_unknown();
    }
    if (std::optional<json::ObjectReader> cloud = venafi.object("cloud")) {
        decoded.cloud =
            VenafiIssuer::Cloud{.url = cloud->string("url"),
                                .api_token = decode_secret_key(*cloud, "apiTokenSecretRef")};
        cloud->report_unknown();
    }
    return decoded;
}

IssuerSpec decode_spec(json::ObjectReader& spec, json::Findings& findings) {
    IssuerSpec decoded;
    for (const std::string_view type : {"acme", "ca", "selfSigned", "vault", "venafi"}) {
        std::optional<json::ObjectReader> stanza = spec.object(type);
        if (!stanza) {
            continue;
        }
        decoded.types.emplace_back(type);
        if (type == "acme") {
            decoded.acme = decode_acme(*stanza, findings);
        } else if (type == "ca") {
            decoded.ca = CaIssuer{.secret_name = stanza->string("secretName")};
        } else if (type == "vault") {
            decoded.vault = decode_vault(*stanza, findings);
        } else if (type == "venafi") {
            decoded.venafi = decode_venafi(*stanza, findings);
        }
        stanza->report_unknown();
    }
    spec.report_unknown();
    return decoded;
}

}  // namespace

Issuer decode_issuer(const json::Value& object, json::Findings& findings) {
    json::ObjectReader reader(object, {}, findings);
    Issuer issuer{.meta = decode_meta(reader), .cluster = object.text({"kind"}) == "ClusterIssuer"};
    if (std::optional<json::ObjectReader> spec = reader.object("spec")) {
        issuer.spec = decode_spec(*spec, findings);
    }
    reader.report_unknown({"apiVersion", "kind", "status"});

    // The status is a controller's text, of any version of it: what is odd there reads as absent.
    json::Findings unheeded;
    json::ObjectReader status(object["status"], json::FieldPath("status"), unheeded);
    issuer.status.conditions = decode_conditions(status);
    if (std::optional<json::ObjectReader> acme = status.object("acme")) {
        issuer.status.account_url = acme->string("uri");
        issuer.status.last_registered_email = acme->string("lastRegisteredEmail");
    }
    return issuer;
}

json::Value encode_status(const IssuerStatus& status) {
    json::Value acme =
        json::Value::object({{"uri", encode_text(status.account_url)},
                             {"lastRegisteredEmail", encode_text(status.last_registered_email)}});
    json::Value members = json::Value::object(
        {{"conditions", encode_conditions(status.conditions)}, {"acme", std::move(acme)}});
    return json::Value::object({{"status", std::move(members)}});
}

}  // namespace kcert::api::v1alpha1
