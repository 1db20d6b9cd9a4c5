// SPDX-License-Identifier: Apache-2.0

#include "dns01/clouddns/clouddns_config.h"

#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "dns01/service/api_token.h"

namespace kcert::dns01::clouddns {
namespace {

constexpr std::string_view kSecretField = "serviceAccountSecretRef";
constexpr std::string_view kApiPath = "/dns/v1";
constexpr std::string_view kEndpoint = "https://dns.googleapis.com";

std::string read_project(const json::Value& stanza) {
    const std::string_view project = trim(stanza.text({"project"}));
    if (project.empty()) {
        throw Error(ErrorKind::Config, "clouddns: project is missing");
    }
    if (!is_project(project)) {
        throw Error(ErrorKind::Config,
                    fmt::format("clouddns: project \"{}\" is no project id; \"gcloud projects "
                                "list\" shows it beside the project's name",
                                printable(shortened(project, 100))));
    }
    return std::string(project);
}

std::string api_of(const ProviderSettings& settings) {
    const std::string endpoint =
        read_endpoint("clouddns", kClouddnsVariables[0], kEndpoint, settings);
    return endpoint.ends_with(kApiPath) ? endpoint : endpoint + std::string(kApiPath);
}

/// Where gcloud keeps the login that is meant for programs; empty where nothing names a folder.
std::string well_known_file(const ProviderSettings& settings) {
    constexpr std::string_view kFile = "application_default_credentials.json";
    if (const std::string_view folder = settings.variable("CLOUDSDK_CONFIG"); !folder.empty()) {
        return fmt::format("{}/{}", folder, kFile);
    }
    const std::string_view home = settings.variable("HOME");
    return home.empty() ? std::string() : fmt::format("{}/.config/gcloud/{}", home, kFile);
}

/// `doing` stands before what went wrong with reading it.
GoogleCredential from_file(const ProviderSettings& settings, const std::string& path,
                           std::string_view doing) {
    const Sensitive text = while_doing(doing, [&] {
        return settings.read_file ? settings.read_file(path)
                                  : throw Error(ErrorKind::Config, "no files can be read here");
    });
    return read_google_credential(text, KeyOrigin::OwnFile, printable(path));
}

GoogleCredential ambient(const ProviderSettings& settings) {
    constexpr std::string_view kNothingSet =
        "clouddns: neither serviceAccountSecretRef nor GOOGLE_APPLICATION_CREDENTIALS is set; "
        "Google's metadata server is not asked, since it speaks plain http; and the file that "
        "\"gcloud auth application-default login\" writes";
    const std::string named(settings.variable("GOOGLE_APPLICATION_CREDENTIALS"));
    if (!named.empty()) {
        return from_file(settings, named, "clouddns: GOOGLE_APPLICATION_CREDENTIALS");
    }
    const std::string path = well_known_file(settings);
    if (path.empty()) {
        throw Error(ErrorKind::Config, fmt::format("{}: HOME is not set", kNothingSet));
    }
    return from_file(settings, path, kNothingSet);
}

GoogleCredential credential_of(const json::Value& stanza,
                               const std::map<std::string, Sensitive>& secrets,
                               const ProviderSettings& settings) {
    const auto secret = secrets.find(std::string(kSecretField));
    const json::Value& reference = stanza[kSecretField];
    if (secret != secrets.end() || !reference.text({"name"}).empty() ||
        !reference.text({"key"}).empty()) {
        return read_google_credential(secret == secrets.end() ? Sensitive() : secret->second,
                                      KeyOrigin::Cluster,
                                      fmt::format("what {} points to", kSecretField));
    }
    if (!settings.ambient_credentials) {
        throw Error(ErrorKind::Config,
                    "clouddns: serviceAccountSecretRef is missing; with --ambient-credentials your "
                    "own Google credentials would be used");
    }
    return ambient(settings);
}

}  // namespace

ClouddnsConfig read_clouddns_config(const json::Value& stanza,
                                    const std::map<std::string, Sensitive>& secrets,
                                    const ProviderSettings& settings) {
    ClouddnsConfig config{.project = read_project(stanza),
                          .credential = credential_of(stanza, secrets, settings),
                          .api = api_of(settings)};
    config.credential.token_endpoint = read_endpoint("clouddns", kClouddnsVariables[1],
                                                     config.credential.token_endpoint, settings);
    return config;
}

}  // namespace kcert::dns01::clouddns
