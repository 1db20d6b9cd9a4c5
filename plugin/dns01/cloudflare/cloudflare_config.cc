// SPDX-License-Identifier: Apache-2.0

#include "dns01/cloudflare/cloudflare_config.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"

namespace kcert::dns01::cloudflare {
namespace {

constexpr std::string_view kStandardBase = "https://api.cloudflare.com/client/v4";
constexpr std::size_t kKeyDigits = 37;
constexpr std::size_t kTokenLength = 40;
constexpr std::size_t kIdDigits = 32;
constexpr std::string_view kKeyField = "apiKeySecretRef";
constexpr std::string_view kTokenField = "apiTokenSecretRef";

[[noreturn]] void refuse(const std::string& what) {
    throw Error(ErrorKind::Config, "cloudflare: " + what);
}

bool is_hex(std::string_view text) {
    return text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

bool is_global_key(std::string_view text) {
    return text.starts_with("cfk_") || (text.size() == kKeyDigits && is_hex(text));
}

bool is_api_token(std::string_view text) {
    constexpr std::string_view kCharacters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
    return text.starts_with("cfut_") || text.starts_with("cfat_") ||
           (text.size() == kTokenLength &&
            text.find_first_not_of(kCharacters) == std::string_view::npos);
}

/// What else the console shows, and no API takes from this field; empty where `text` may be right.
std::string mistaken_kind(std::string_view text, CloudflareLogin login) {
    const bool token = login == CloudflareLogin::Token;
    if (text.starts_with("v1.0-")) {
        return "an Origin CA key, which cannot edit DNS";
    }
    if (!token && is_api_token(text)) {
        return fmt::format("an API token: name it in {}, without email", kTokenField);
    }
    if (token && is_global_key(text)) {
        return fmt::format(
            "a global API key: name it in {}, beside email; better, create an API "
            "token",
            kKeyField);
    }
    if (token && text.size() == kIdDigits && is_hex(text)) {
        return "32 hexadecimal digits, as the id of a zone, an account or a token has, not a token";
    }
    return {};
}

Sensitive read_secret(std::string_view field, CloudflareLogin login, const Secrets& secrets) {
    Sensitive secret = read_api_token("cloudflare", field, secrets);
    if (const std::string kind = mistaken_kind(secret.reveal(), login); !kind.empty()) {
        refuse(fmt::format("what {} points to is {}", field, kind));
    }
    return secret;
}

bool refers(const json::Value& stanza, std::string_view field, const Secrets& secrets) {
    return !stanza.text({field, "name"}).empty() || secrets.contains(std::string(field));
}

std::string read_email(const json::Value& stanza) {
    const std::string_view email = trim(stanza.text({"email"}));
    if (email.empty()) {
        refuse(fmt::format("email is missing; {} needs it", kKeyField));
    }
    const bool plain = std::ranges::all_of(email, [](char c) { return c > ' ' && c <= '~'; });
    if (!plain || email.find('@') == std::string_view::npos) {
        refuse(fmt::format("email \"{}\" is no e-mail address", printable(email)));
    }
    return std::string(email);
}

}  // namespace

CloudflareConfig read_cloudflare_config(const json::Value& stanza, const Secrets& secrets,
                                        const ProviderSettings& settings) {
    const bool key = refers(stanza, kKeyField, secrets);
    const bool token = refers(stanza, kTokenField, secrets);
    if (key == token) {
        refuse(fmt::format("{} and {}: exactly one of them has to be set", kKeyField, kTokenField));
    }
    CloudflareConfig config{
        .base = read_endpoint("cloudflare", kCloudflareBaseUrl, kStandardBase, settings)};
    if (token) {
        config.secret = read_secret(kTokenField, config.login, secrets);
        return config;
    }
    config.login = CloudflareLogin::GlobalKey;
    config.secret = read_secret(kKeyField, config.login, secrets);
    config.email = read_email(stanza);
    return config;
}

}  // namespace kcert::dns01::cloudflare
