// SPDX-License-Identifier: Apache-2.0

#include "dns01/digitalocean/digitalocean_config.h"

#include <fmt/format.h>

#include "base/error.h"

namespace kcert::dns01::digitalocean {
namespace {

constexpr std::string_view kStandardBase = "https://api.digitalocean.com";
constexpr std::string_view kTokenField = "tokenSecretRef";
constexpr std::size_t kSpacesKeyLength = 20;

/// What else the console gives out, and the API does not take; empty where `text` may be right.
std::string_view mistaken_kind(std::string_view text) {
    if (text.starts_with("dor_v1_")) {
        return "a refresh token of OAuth, which is no access token";
    }
    if (text.starts_with("DO") && text.size() == kSpacesKeyLength) {
        return "an access key of Spaces";
    }
    return {};
}

}  // namespace

DigitalOceanConfig read_digitalocean_config(const Secrets& secrets,
                                            const ProviderSettings& settings) {
    DigitalOceanConfig config{
        .base = read_endpoint("digitalocean", kDigitalOceanApiUrl, kStandardBase, settings),
        .token = read_api_token("digitalocean", kTokenField, secrets)};
    if (const std::string_view kind = mistaken_kind(config.token.reveal()); !kind.empty()) {
        throw Error(ErrorKind::Config,
                    fmt::format("digitalocean: what {} points to is {}: create a personal access "
                                "token under API > Tokens",
                                kTokenField, kind));
    }
    return config;
}

}  // namespace kcert::dns01::digitalocean
