// SPDX-License-Identifier: Apache-2.0

#include <utility>

#include "api/common_codec.h"
#include "api/v1alpha1.h"
#include "base/duration.h"
#include "base/timestamp.h"
#include "json/reader.h"

namespace kcert::api::v1alpha1 {
namespace {

/// metav1.Duration: the text of Go's time.ParseDuration.
std::optional<Duration> decode_duration(json::ObjectReader& spec, std::string_view name,
                                        json::Findings& findings) {
    const std::optional<std::string> text = spec.optional_string(name);
    if (!text) {
        return std::nullopt;
    }
    const std::optional<Duration> duration = parse_duration(*text);
    if (!duration) {
        findings.push_back({.rule = "schema/duration",
                            .path = spec.path().child(name),
                            .shown = *text,
                            .detail = "must be a duration in hours, minutes and seconds: "
                                      "\"2160h\", \"1h30m\""});
    }
    return duration;
}

RotationPolicy decode_rotation_policy(json::ObjectReader& spec, json::Findings& findings) {
    std::optional<json::ObjectReader> private_key = spec.object("privateKey");
    if (!private_key) {
        return RotationPolicy::Always;
    }
    const std::string policy = private_key->string("rotationPolicy");
    private_key->report_unknown();
    if (!policy.empty() && policy != "Always" && policy != "Never") {
        findings.push_back({.rule = "schema/enum",
                            .kind = json::FindingKind::NotSupported,
                            .path = private_key->path().child("rotationPolicy"),
                            .shown = policy,
                            .detail = "supported values: \"Always\", \"Never\""});
    }
    return policy == "Never" ? RotationPolicy::Never : RotationPolicy::Always;
}

IssuerRef decode_issuer_ref(json::ObjectReader& spec) {
    IssuerRef ref;
    if (std::optional<json::ObjectReader> reader = spec.object("issuerRef")) {
        ref = {.name = reader->string("name"),
               .kind = reader->string("kind"),
               .group = reader->string("group"),
               .line = reader->line()};
        reader->report_unknown();
    }
    return ref;
}

DomainSolver decode_domain_solver(json::ObjectReader& entry) {
    DomainSolver solver{.domains = entry.strings("domains")};
    if (std::optional<json::ObjectReader> dns01 = entry.object("dns01")) {
        solver.dns01_provider = dns01->string("provider");
        dns01->report_unknown();
    }
    if (std::optional<json::ObjectReader> http01 = entry.object("http01")) {
        solver.http01 = DomainSolver::Http01{
            .ingress = http01->string("ingress"),
            .ingress_class = http01->optional_string("ingressClass"),
        };
        http01->report_unknown();
    }
    entry.report_unknown();
    return solver;
}

std::optional<std::vector<DomainSolver>> decode_acme_config(json::ObjectReader& spec) {
    std::optional<json::ObjectReader> acme = spec.object("acme");
    if (!acme) {
        return std::nullopt;
    }
    std::vector<DomainSolver> config;
    for (json::ObjectReader& entry : acme->objects("config")) {
        config.push_back(decode_domain_solver(entry));
    }
    acme->report_unknown();
    return config;
}

CertificateSpec decode_spec(json::ObjectReader& spec, json::Findings& findings) {
    CertificateSpec decoded{
        .secret_name = spec.string("secretName"),
        .issuer_ref = decode_issuer_ref(spec),
        .common_name = spec.string("commonName"),
        .dns_names = spec.strings("dnsNames"),
        .ip_addresses = spec.strings("ipAddresses"),
        .organization = spec.strings("organization"),
        .duration = decode_duration(spec, "duration", findings),
        .renew_before = decode_duration(spec, "renewBefore", findings),
        .is_ca = spec.boolean("isCA"),
        .usages = spec.strings("usages"),
        .key_size = spec.integer("keySize"),
        .key_algorithm = spec.string("keyAlgorithm"),
        .key_encoding = spec.string("keyEncoding"),
        .rotation_policy = decode_rotation_policy(spec, findings),
        .acme_config = decode_acme_config(spec),
    };
    spec.report_unknown();
    return decoded;
}

std::vector<NameFailure> decode_failures(json::ObjectReader& order) {
    std::vector<NameFailure> failures;
    for (json::ObjectReader& failure : order.objects("failures")) {
        failures.push_back({.name = failure.string("name"), .detail = failure.string("detail")});
    }
    return failures;
}

std::optional<PendingOrder> decode_order(json::ObjectReader& acme) {
    std::optional<json::ObjectReader> order = acme.object("order");
    if (!order || order->string("url").empty()) {
        return std::nullopt;
    }
    return PendingOrder{.url = order->string("url"),
                        .directory = order->string("directory"),
                        .names = order->strings("names"),
                        .expires = decode_time(*order, "expires"),
                        .spec_hash = order->string("specHash"),
                        .failures = decode_failures(*order)};
}

std::vector<PlacedRecord> decode_records(json::ObjectReader& acme) {
    std::vector<PlacedRecord> records;
    for (json::ObjectReader& record : acme.objects("records")) {
        records.push_back({.provider = record.string("provider"),
                           .solver = record.string("solver"),
                           .zone = record.string("zone"),
                           .name = record.string("name"),
                           .value = record.string("value"),
                           .domain = record.string("domain")});
    }
    return records;
}

CertificateStatus decode_status(json::ObjectReader& status) {
    CertificateStatus decoded{
        .conditions = decode_conditions(status),
        .not_after = decode_time(status, "notAfter"),
        .renewal_time = decode_time(status, "renewalTime"),
        .last_failure_time = decode_time(status, "lastFailureTime"),
    };
    if (std::optional<json::ObjectReader> acme = status.object("acme")) {
        decoded.last_attempt = decode_time(*acme, "lastAttemptTime");
        decoded.order = decode_order(*acme);
        decoded.records = decode_records(*acme);
    }
    return decoded;
}

json::Value encode_failures(const std::vector<NameFailure>& failures) {
    json::Value list;
    for (const NameFailure& failure : failures) {
        list.push_back(json::Value::object({{"name", failure.name}, {"detail", failure.detail}}));
    }
    return list;
}

json::Value encode_order(const std::optional<PendingOrder>& order) {
    if (!order) {
        return {};
    }
    return json::Value::object(
        {{"url", order->url},
         {"directory", encode_text(order->directory)},
         {"names", json::Value::array({order->names.begin(), order->names.end()})},
         {"expires", encode_time(order->expires)},
         {"specHash", encode_text(order->spec_hash)},
         {"failures", encode_failures(order->failures)}});
}

json::Value encode_records(const std::vector<PlacedRecord>& records) {
    json::Value list;
    for (const PlacedRecord& record : records) {
        list.push_back(json::Value::object({{"provider", record.provider},
                                            {"solver", record.solver},
                                            {"zone", record.zone},
                                            {"name", record.name},
                                            {"value", record.value},
                                            {"domain", encode_text(record.domain)}}));
    }
    return list;
}

}  // namespace

Certificate decode_certificate(const json::Value& object, json::Findings& findings) {
    json::ObjectReader reader(object, {}, findings);
    Certificate certificate{.meta = decode_meta(reader)};
    if (std::optional<json::ObjectReader> spec = reader.object("spec")) {
        certificate.spec = decode_spec(*spec, findings);
    }
    reader.report_unknown({"apiVersion", "kind", "status"});

    // The status is a controller's text, of any version of it: what is odd there reads as absent.
    json::Findings unheeded;
    json::ObjectReader status(object["status"], json::FieldPath("status"), unheeded);
    certificate.status = decode_status(status);
    return certificate;
}

json::Value encode_status(const CertificateStatus& status) {
    json::Value acme = json::Value::object(
        {{"lastAttemptTime",
          status.last_attempt ? json::Value(rfc3339_micro(*status.last_attempt)) : json::Value()},
         {"order", encode_order(status.order)},
         {"records", encode_records(status.records)}});
    json::Value members =
        json::Value::object({{"conditions", encode_conditions(status.conditions)},
                             {"notAfter", encode_time(status.not_after)},
                             {"renewalTime", encode_time(status.renewal_time)},
                             {"lastFailureTime", encode_time(status.last_failure_time)},
                             {"acme", std::move(acme)}});
    return json::Value::object({{"status", std::move(members)}});
}

}  // namespace kcert::api::v1alpha1
