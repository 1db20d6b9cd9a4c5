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

std::string decode_ca_bundle(json::ObjectReader& acme, json::Findings& findings) {
    std::optional<std::string> pem = base64_decode(acme.string("caBundle"));
    if (!pem) {
        findings.push_back({.rule = "schema/base64",
                            .kind = json::FindingKind::TypeInvalid,
                            .path = acme.path().child("caBundle"),
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
    // Another challenge's affair: its stanza is judged as far as the API says, not decoded.
    solver.has_http01 = entry.object("http01").has_value();
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
        .providers = decode_providers(acme),
    };
    if (std::optional<json::ObjectReader> http01 = acme.object("http01")) {
        decoded.has_http01 = true;
        decoded.http01_service_type = http01->string("serviceType");
        http01->report_unknown();
    }
    for (json::ObjectReader& entry : acme.objects("solvers")) {
        decoded.solvers.push_back(decode_solver(entry));
    }
    acme.report_unknown();
    return decoded;
}

IssuerSpec decode_spec(json::ObjectReader& spec, const json::Value& raw, json::Findings& findings) {
    IssuerSpec decoded{.raw = raw};
    for (const std::string_view type : {"acme", "ca", "selfSigned", "vault", "venafi"}) {
        std::optional<json::ObjectReader> stanza = spec.object(type);
        if (!stanza) {
            continue;
        }
        decoded.types.emplace_back(type);
        if (type == "acme") {
            decoded.acme = decode_acme(*stanza, findings);
        }
    }
    spec.report_unknown();
    return decoded;
}

}  // namespace

Issuer decode_issuer(const json::Value& object, json::Findings& findings) {
    json::ObjectReader reader(object, {}, findings);
    Issuer issuer{.meta = decode_meta(reader), .cluster = object.text({"kind"}) == "ClusterIssuer"};
    if (std::optional<json::ObjectReader> spec = reader.object("spec")) {
        issuer.spec = decode_spec(*spec, object["spec"], findings);
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
