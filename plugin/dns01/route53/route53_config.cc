// SPDX-License-Identifier: Apache-2.0

#include "dns01/route53/route53_config.h"

#include <optional>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "dns01/route53/route53_xml.h"

namespace kcert::dns01::route53 {
namespace {

constexpr const char* kSecretField = "secretAccessKeySecretRef";
constexpr std::size_t kShownText = 100;

AwsLogin read_login(const json::Value& stanza, const std::map<std::string, Sensitive>& secrets,
                    const ProviderSettings& settings) {
    const std::string_view id = trim(stanza.text({"accessKeyID"}));
    const auto secret = secrets.find(kSecretField);
    const bool has_secret = secret != secrets.end();
    if (id.empty() != !has_secret) {
        throw Error(ErrorKind::Config,
                    fmt::format("route53: accessKeyID and {} belong together: {} is missing",
                                kSecretField, id.empty() ? "accessKeyID" : kSecretField));
    }
    if (has_secret) {
        return checked_key({.access_key_id = std::string(id), .secret_access_key = secret->second},
                           "accessKeyID", fmt::format("what {} points to", kSecretField));
    }
    if (!settings.ambient_credentials) {
        throw Error(ErrorKind::Config,
                    fmt::format("route53: there are no credentials: give the Issuer accessKeyID "
                                "and {}, or run with --ambient-credentials, which takes those of "
                                "your own environment",
                                kSecretField));
    }
    return ambient_login(settings);
}

std::string read_hosted_zone(std::string_view text) {
    if (trim(text).empty()) {
        return {};
    }
    std::optional<std::string> id = plain_id(text, "hostedzone");
    if (!id) {
        throw Error(ErrorKind::Config,
                    fmt::format("route53: hostedZoneID \"{}\" is no id of a hosted zone, as "
                                "Z2ABCDEFGHIJKL is one",
                                printable(shortened(text, kShownText))));
    }
    return *std::move(id);
}

}  // namespace

Route53Config read_route53_config(const json::Value& stanza,
                                  const std::map<std::string, Sensitive>& secrets,
                                  const ProviderSettings& settings) {
    const std::string_view role = trim(stanza.text({"role"}));
    return {.endpoints = with_overrides(aws_endpoints(stanza.text({"region"})), settings),
            .login = read_login(stanza, secrets, settings),
            .role = role.empty() ? std::string() : checked_role(role, "role"),
            .hosted_zone_id = read_hosted_zone(stanza.text({"hostedZoneID"}))};
}

}  // namespace kcert::dns01::route53
