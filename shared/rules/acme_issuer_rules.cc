// SPDX-License-Identifier: Apache-2.0

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "rules/issuer_rules.h"
#include "rules/metadata_rules.h"
#include "rules/rules.h"
#include "rules/server_url.h"

namespace kcert::rules {
namespace {

const json::FieldPath kAcme("spec.acme");

void check_server(const api::AcmeIssuer& acme, Verdicts& verdicts) {
    const json::FieldPath path = kAcme.child("server");
    if (acme.server.empty()) {
        verdicts.required("issuer/server-required", path, "acme server URL is a required field");
        return;
    }
    switch (classify_url(acme.server)) {
        case ServerUrl::Broken:
            verdicts.invalid("issuer/server-syntax", path, acme.server,
                             "must be the https URL of an ACME directory");
            return;
        case ServerUrl::Plain:
            verdicts.invalid("issuer/server-plain-http", path, acme.server,
                             "must begin with https://; http is for loopback only");
            return;
        case ServerUrl::Https:
        case ServerUrl::PlainLoopback:
            break;
    }
    if (const auto successor = successor_of_retired_directory(acme.server)) {
        verdicts.warn("issuer/server-retired", path,
                      fmt::format("retired, using {} instead; file not changed", *successor),
                      acme.server_line);
    }
}

void check_email(const std::string& email, Verdicts& verdicts) {
    const std::size_t at = email.find('@');
    const bool plausible = at != std::string::npos && at > 0 && at + 1 < email.size() &&
                           std::none_of(email.begin(), email.end(), [](char c) {
                               return static_cast<unsigned char>(c) <= ' ' || c == ',' || c == '?';
                           });
    if (!email.empty() && !plausible) {
        verdicts.invalid("issuer/email-syntax", kAcme.child("email"), email,
                         "must be one e-mail address: user@example.com");
    }
}

void check_trust(const api::AcmeIssuer& acme, Verdicts& verdicts) {
    const json::FieldPath bundle = kAcme.child("caBundle");
    if (acme.skip_tls_verify) {
        verdicts.warn("issuer/skip-tls-verify", kAcme.child("skipTLSVerify"),
                      "the CA is not verified, anyone on the way can answer; caBundle is better");
    }
    if (acme.ca_bundle.empty()) {
        return;
    }
    if (acme.skip_tls_verify) {
        verdicts.invalid("issuer/ca-bundle-exclusive", bundle, "<snip>",
                         "caBundle and skipTLSVerify are mutually exclusive and cannot both be "
                         "set");
    }
    if (!holds_certificates(acme.ca_bundle)) {
        verdicts.invalid("issuer/ca-bundle-syntax", bundle, "<snip>",
                         "must be base64 of at least one PEM certificate");
    }
}

void check_external_account(const api::ExternalAccountBinding& binding, Verdicts& verdicts) {
    const json::FieldPath path = kAcme.child("externalAccountBinding");
    const json::FieldPath secret = path.child("keySecretRef");
    if (binding.key_id.empty()) {
        verdicts.required("issuer/eab-key-id-required", path.child("keyID"),
                          "the keyID that the CA gave you must be specified");
    }
    if (binding.key_secret.name.empty()) {
        verdicts.required("issuer/eab-secret-required", secret.child("name"),
                          "secret name is required");
    }
    if (binding.key_secret.key.empty()) {
        verdicts.required("issuer/eab-secret-required", secret.child("key"),
                          "secret key is required");
    }
    check_object_name("issuer/secret-name-syntax", secret.child("name"), binding.key_secret.name,
                      verdicts);
    constexpr std::array<std::string_view, 3> kAlgorithms{"HS256", "HS384", "HS512"};
    if (std::find(kAlgorithms.begin(), kAlgorithms.end(), binding.key_algorithm) ==
        kAlgorithms.end()) {
        verdicts.not_supported("issuer/eab-algorithm", path.child("keyAlgorithm"),
                               binding.key_algorithm, kAlgorithms);
    }
}

}  // namespace

void check_acme_issuer(const api::AcmeIssuer& acme, Verdicts& verdicts) {
    const json::FieldPath account = kAcme.child("privateKeySecretRef").child("name");
    if (acme.private_key.name.empty()) {
        verdicts.required("issuer/account-secret-required", account,
                          "private key secret name is a required field");
    }
    check_object_name("issuer/secret-name-syntax", account, acme.private_key.name, verdicts);
    check_server(acme, verdicts);
    check_email(acme.email, verdicts);
    check_trust(acme, verdicts);
    if (acme.external_account) {
        check_external_account(*acme.external_account, verdicts);
    }
}

std::optional<std::string> successor_of_retired_directory(const std::string& url) {
    std::string_view bare = url;
    bare.remove_suffix(bare.ends_with('/') ? 1 : 0);
    if (bare == "https://acme-v01.api.letsencrypt.org/directory") {
        return "https://acme-v02.api.letsencrypt.org/directory";
    }
    if (bare == "https://acme-staging.api.letsencrypt.org/directory") {
        return "https://acme-staging-v02.api.letsencrypt.org/directory";
    }
    return std::nullopt;
}

}  // namespace kcert::rules
