// SPDX-License-Identifier: Apache-2.0

#include "dns01/akamai/akamai_config.h"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "net/url.h"

namespace kcert::dns01::akamai {
namespace {

constexpr std::string_view kClientToken = "clientTokenSecretRef";
constexpr std::string_view kClientSecret = "clientSecretSecretRef";
constexpr std::string_view kAccessToken = "accessTokenSecretRef";
constexpr std::string_view kAkamaiDomain = ".akamaiapis.net";
constexpr std::size_t kShownText = 100;

[[noreturn]] void refuse(const std::string& what) {
    throw Error(ErrorKind::Config, "akamai: " + what);
}

bool is_host(std::string_view text) {
    constexpr std::size_t kLongest = 253;
    constexpr std::string_view kCharacters = "abcdefghijklmnopqrstuvwxyz0123456789-.";
    return !text.empty() && text.size() <= kLongest && text.front() != '.' && text.front() != '-' &&
           text.find("..") == std::string_view::npos &&
           text.find_first_not_of(kCharacters) == std::string_view::npos;
}

/// Where the user's own environment leads elsewhere than to Akamai; empty where it does not.
std::string host_of_environment(const ProviderSettings& settings) {
    const std::string host = to_lower(trim(settings.variable(kAkamaiHost)));
    if (host.empty()) {
        return {};
    }
    const std::optional<net::Url> url = net::parse_url("https://" + host);
    if (!url || url->path != "/" || host.ends_with('/')) {
        refuse(fmt::format("the variable {} holds no host, as {} has one in .edgerc", kAkamaiHost,
                           "akab-….luna.akamaiapis.net"));
    }
    return url->host.ends_with(kAkamaiDomain) ? std::string() : host;
}

std::string read_host(const json::Value& stanza) {
    std::string host = to_lower(trim(stanza.text({"serviceConsumerDomain"})));
    if (host.find("://") != std::string::npos || host.find('/') != std::string::npos) {
        refuse("serviceConsumerDomain is the host alone, without https:// and without a path");
    }
    if (!is_host(host) || !host.ends_with(kAkamaiDomain)) {
        refuse(
            fmt::format("serviceConsumerDomain \"{}\" is no host of Akamai's API: it is what "
                        "stands behind \"host =\" in .edgerc and ends in {}",
                        printable(shortened(host, kShownText)), kAkamaiDomain));
    }
    return host;
}

/// Tokens begin with four letters that Akamai chooses: akaa-, akab-.
bool is_token(std::string_view text) {
    constexpr std::size_t kPrefix = 5;
    return text.size() > kPrefix && text.starts_with("aka") && text[kPrefix - 1] == '-' &&
           text.find('=') == std::string_view::npos;
}

/// Whether it is a .edgerc, or a line of one, in place of one value of it.
bool is_edgerc(std::string_view text) {
    constexpr std::array<std::string_view, 4> kNames{"client_secret", "client_token",
                                                     "access_token", "host"};
    return trim(text).starts_with('[') || std::ranges::any_of(kNames, [&](std::string_view name) {
               const std::size_t at = text.find(name);
               return at != std::string_view::npos &&
                      trim(text.substr(at + name.size())).starts_with('=');
           });
}

Sensitive read_value(std::string_view field, const Secrets& secrets) {
    const auto found = secrets.find(std::string(field));
    if (found != secrets.end() && is_edgerc(found->second.reveal())) {
        refuse(
            fmt::format("what {} points to is a .edgerc or a line of one: a key of the Secret "
                        "takes one value of it, what stands behind the \"=\"",
                        field));
    }
    Sensitive value = read_api_token("akamai", field, secrets);
    if (value.reveal().ends_with(kAkamaiDomain)) {
        refuse(
            fmt::format("what {} points to is the API client's host, which belongs in "
                        "serviceConsumerDomain",
                        field));
    }
    if (is_token(value.reveal()) != (field != kClientSecret)) {
        refuse(field == kClientSecret
                   ? fmt::format("what {} points to is a token, not the client secret", field)
                   : fmt::format(
                         "what {} points to is no token, as akab-… is one{}", field,
                         value.reveal().ends_with('=') ? "; it looks like the client secret" : ""));
    }
    return value;
}

}  // namespace

AkamaiConfig read_akamai_config(const json::Value& stanza, const Secrets& secrets,
                                const ProviderSettings& settings) {
    const std::string other = host_of_environment(settings);
    AkamaiConfig config{.base = "https://" + (other.empty() ? read_host(stanza) : other),
                        .login = {.client_token = read_value(kClientToken, secrets),
                                  .client_secret = read_value(kClientSecret, secrets),
                                  .access_token = read_value(kAccessToken, secrets)}};
    if (config.login.client_token == config.login.access_token) {
        refuse(fmt::format("{} and {} point to the same token", kClientToken, kAccessToken));
    }
    return config;
}

}  // namespace kcert::dns01::akamai
