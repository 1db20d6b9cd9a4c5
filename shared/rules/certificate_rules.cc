// SPDX-License-Identifier: Apache-2.0

#include "rules/certificate_rules.h"

#include <fmt/format.h>

#include <array>
#include <chrono>

#include "api/secret.h"
#include "base/duration.h"
#include "rules/metadata_rules.h"
#include "rules/rules.h"

namespace kcert::rules {
namespace {

const json::FieldPath kSpec("spec");
constexpr std::string_view kGroup = "certmanager.k8s.io";

constexpr Duration kDefaultDuration = std::chrono::hours(2160);
constexpr Duration kMinDuration = std::chrono::hours(1);
constexpr Duration kMinRenewBefore = std::chrono::minutes(5);

void check_secret_name(const api::Certificate& certificate, Verdicts& verdicts) {
    const json::FieldPath path = kSpec.child("secretName");
    const std::string& name = certificate.spec.secret_name;
    if (name.empty()) {
        verdicts.required("certificate/secret-name-required", path, "must be specified");
    }
    check_object_name("certificate/secret-name-syntax", path, name, verdicts);
    if (name == fmt::format("{}{}", certificate.meta.name, api::kPendingKeySuffix)) {
        verdicts.invalid("certificate/secret-name-reserved", path, name,
                         "keeps this certificate's key while an order is under way; name another");
    }
}

void check_issuer_kind(const api::IssuerRef& ref, const json::FieldPath& path, Verdicts& verdicts) {
    if (!ref.group.empty() && ref.group != kGroup) {
        verdicts.not_supported("certificate/issuer-group", path.child("group"), ref.group,
                               std::array{kGroup});
        return;
    }
    if (ref.kind.empty() || ref.kind == "Issuer" || ref.kind == "ClusterIssuer") {
        return;
    }
    std::string detail = "must be one of Issuer or ClusterIssuer";
    if (ref.group.empty()) {
        detail += fmt::format(" (did you forget to set {}?)", path.child("group").text());
    }
    verdicts.invalid("certificate/issuer-kind", path.child("kind"), ref.kind, detail);
}

void check_issuer_ref(const api::IssuerRef& ref, Verdicts& verdicts) {
    const json::FieldPath path = kSpec.child("issuerRef");
    if (ref.name.empty()) {
        verdicts.required("certificate/issuer-name-required", path.child("name"),
                          "must be specified");
    }
    check_object_name("certificate/issuer-name-syntax", path.child("name"), ref.name, verdicts);
    check_issuer_kind(ref, path, verdicts);
}

}  // namespace

void check_times(const api::CertificateSpec& spec, Verdicts& verdicts) {
    const json::FieldPath duration_path = kSpec.child("duration");
    const json::FieldPath renew_path = kSpec.child("renewBefore");
    const Duration duration = spec.duration.value_or(kDefaultDuration);
    if (duration < kMinDuration) {
        verdicts.invalid(
            "certificate/duration-minimum", duration_path, duration,
            fmt::format("certificate duration must be at least {}", format_duration(kMinDuration)));
    }
    if (!spec.renew_before) {
        return;
    }
    if (*spec.renew_before < kMinRenewBefore) {
        verdicts.invalid("certificate/renew-before-minimum", renew_path, *spec.renew_before,
                         fmt::format("certificate renewBefore must be at least {}",
                                     format_duration(kMinRenewBefore)));
    } else if (*spec.renew_before >= duration) {
        verdicts.invalid("certificate/renew-before-duration", renew_path, *spec.renew_before,
                         fmt::format("certificate duration {} must be greater than renewBefore",
                                     format_duration(duration)));
    } else if (*spec.renew_before > duration / 2) {
        verdicts.warn("certificate/renew-before-half", renew_path,
                      fmt::format("{} is over half the duration of {}: renewed all too often",
                                  format_duration(*spec.renew_before), format_duration(duration)));
    }
}

json::Findings check_certificate(const api::Certificate& certificate) {
    Verdicts verdicts;
    check_metadata(certificate.meta, verdicts);
    check_secret_name(certificate, verdicts);
    check_issuer_ref(certificate.spec.issuer_ref, verdicts);
    check_names(certificate.spec, verdicts);
    check_key(certificate.spec, verdicts);
    check_times(certificate.spec, verdicts);
    check_acme_config(certificate.spec, verdicts);
    return verdicts.take();
}

}  // namespace kcert::rules
