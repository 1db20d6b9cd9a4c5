// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <array>
#include <string>

#include "base/text.h"
#include "rules/issuer_rules.h"
#include "rules/server_url.h"

namespace kcert::rules {
namespace {

/// Whether the reference is set in part or whole.
bool refers(const json::Value& config, std::string_view field) {
    return !config.text({field, "name"}).empty() || !config.text({field, "key"}).empty();
}

bool refers_wholly(const json::Value& config, std::string_view field) {
    return !config.text({field, "name"}).empty() && !config.text({field, "key"}).empty();
}

void check_cloudflare(const json::Value& config, const json::FieldPath& path, Verdicts& verdicts) {
    const bool token = refers(config, "apiTokenSecretRef");
    const bool key = refers(config, "apiKeySecretRef");
    if (token && key) {
        verdicts.forbidden("issuer/cloudflare-credential-exclusive",
                           path.child("apiTokenSecretRef"),
                           "apiKeySecretRef and apiTokenSecretRef cannot both be specified");
    }
    if (token) {
        return;
    }
    if (!key) {
        for (const std::string_view member : {"name", "key"}) {
            verdicts.required("issuer/cloudflare-credential-required",
                              path.child("apiKeySecretRef").child(member),
                              "must be specified, or apiTokenSecretRef in its place");
        }
    }
    if (config.text({"email"}).empty()) {
        verdicts.required("issuer/cloudflare-email-required", path.child("email"),
                          "must be specified beside apiKeySecretRef");
    }
}

void check_route53(const json::Value& config, const json::FieldPath& path, Verdicts& verdicts) {
    const bool id = !config.text({"accessKeyID"}).empty();
    const bool secret = refers(config, "secretAccessKeySecretRef");
    if (id && !secret) {
        verdicts.required("issuer/route53-credential-pair", path.child("secretAccessKeySecretRef"),
                          "must be specified beside accessKeyID");
    }
    if (secret && !id) {
        verdicts.required("issuer/route53-credential-pair", path.child("accessKeyID"),
                          "must be specified beside secretAccessKeySecretRef");
    }
}

void check_azuredns(const json::Value& config, const json::FieldPath& path, Verdicts& verdicts) {
    constexpr std::array<std::string_view, 5> kEnvironments{
        "", "AzurePublicCloud", "AzureChinaCloud", "AzureGermanCloud", "AzureUSGovernmentCloud"};
    const std::string_view environment = config.text({"environment"});
    if (std::find(kEnvironments.begin(), kEnvironments.end(), environment) == kEnvironments.end()) {
        verdicts.invalid("issuer/azure-environment", path.child("environment"),
                         std::string(environment),
                         "must be either empty or one of AzurePublicCloud, AzureChinaCloud, "
                         "AzureGermanCloud or AzureUSGovernmentCloud");
    } else if (environment == "AzureGermanCloud") {
        verdicts.warn("issuer/azure-environment-closed", path.child("environment"),
                      "was closed on 2021-10-29: no record can be placed there");
    }
}

void check_acmedns(const json::Value& config, const json::FieldPath& path, Verdicts& verdicts) {
    const std::string_view host = config.text({"host"});
    if (!host.empty() && classify_url(host) == ServerUrl::Broken) {
        verdicts.invalid("issuer/acmedns-host", path.child("host"), std::string(host),
                         "must be the URL of an acme-dns server: https://auth.example.com");
    }
}

void check_tsig_algorithm(const json::Value& config, const json::FieldPath& path,
                          Verdicts& verdicts) {
    constexpr std::array<std::string_view, 4> kAlgorithms{"HMACMD5", "HMACSHA1", "HMACSHA256",
                                                          "HMACSHA512"};
    const std::string_view written = config.text({"tsigAlgorithm"});
    const bool known = std::any_of(
        kAlgorithms.begin(), kAlgorithms.end(),
        [&](std::string_view algorithm) { return to_lower(algorithm) == to_lower(written); });
    if (!written.empty() && !known) {
        verdicts.not_supported("issuer/rfc2136-tsig-algorithm", path, std::string(written),
                               kAlgorithms);
    } else if (to_lower(written) == "hmacmd5") {
        verdicts.warn("issuer/rfc2136-hmac-md5", path, "HMAC-MD5 is outdated: use HMACSHA256");
    } else if (written.empty() && !config.text({"tsigKeyName"}).empty()) {
        verdicts.warn("issuer/rfc2136-hmac-md5", path,
                      "defaults to HMAC-MD5, which is outdated: use HMACSHA256");
    }
}

void check_rfc2136(const json::Value& config, const json::FieldPath& path, Verdicts& verdicts) {
    const std::string_view nameserver = config.text({"nameserver"});
    if (!nameserver.empty() && !is_host_port(nameserver)) {
        verdicts.invalid("issuer/rfc2136-nameserver", path.child("nameserver"),
                         std::string(nameserver),
                         "must be a host, host:port, or [IPv6]:port: 192.0.2.53:53");
    }
    check_tsig_algorithm(config, path.child("tsigAlgorithm"), verdicts);
    const bool key_name = !config.text({"tsigKeyName"}).empty();
    if (key_name && !refers(config, "tsigSecretSecretRef")) {
        for (const std::string_view member : {"name", "key"}) {
            verdicts.required("issuer/rfc2136-tsig-secret-required",
                              path.child("tsigSecretSecretRef").child(member),
                              "must be specified beside tsigKeyName");
        }
    }
    if (!key_name && refers_wholly(config, "tsigSecretSecretRef")) {
        verdicts.required("issuer/rfc2136-tsig-key-name-required", path.child("tsigKeyName"),
                          "must be specified beside tsigSecretSecretRef");
    }
}

}  // namespace

void check_stanza_meaning(const api::Dns01Solver::Stanza& stanza, const json::FieldPath& path,
                          Verdicts& verdicts) {
    using Check = void (*)(const json::Value&, const json::FieldPath&, Verdicts&);
    constexpr std::array<std::pair<std::string_view, Check>, 5> kChecks{{
        {"cloudflare", check_cloudflare},
        {"route53", check_route53},
        {"azuredns", check_azuredns},
        {"acmedns", check_acmedns},
        {"rfc2136", check_rfc2136},
    }};
    for (const auto& [code, check] : kChecks) {
        if (code == stanza.code) {
            check(stanza.config, path, verdicts);
        }
    }
}

}  // namespace kcert::rules
