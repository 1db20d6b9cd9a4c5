// SPDX-License-Identifier: Apache-2.0

#include "dns01/route53/aws_login.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/base64.h"
#include "base/error.h"
#include "base/text.h"

namespace kcert::dns01::route53 {
namespace {

constexpr std::size_t kShortestKeyId = 16;  // IAM: 16 to 128 characters of \w
constexpr std::size_t kLongestKeyId = 128;
constexpr std::size_t kAwsKeyIdSize = 20;
constexpr std::size_t kSecretSize = 40;
constexpr std::size_t kLongestArn = 2048;
constexpr std::size_t kShownText = 100;

bool is_word_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// What may stand in a header's value, without blanks.
bool is_token_text(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; });
}

bool is_key_id(std::string_view text) {
    return text.size() >= kShortestKeyId && text.size() <= kLongestKeyId &&
           std::ranges::all_of(text, is_word_character);
}

/// The form of the ids that IAM (AKIA) and STS (ASIA) give out.
bool is_aws_key_id(std::string_view text) {
    return text.size() == kAwsKeyIdSize && (text.starts_with("AKIA") || text.starts_with("ASIA")) &&
           std::ranges::none_of(text, [](char c) { return c >= 'a' && c <= 'z'; });
}

bool is_quoted(std::string_view text) {
    return text.size() >= 2 && (text.front() == '"' || text.front() == '\'') &&
           text.back() == text.front();
}

[[noreturn]] void refuse(std::string_view at, std::string_view what) {
    throw Error(ErrorKind::Config, fmt::format("route53: {} {}", at, what));
}

void check_key_id(std::string_view id, std::string_view at) {
    if (id.empty()) {
        refuse(at, "is empty");
    }
    if (is_quoted(id)) {
        refuse(at, "has quotes around it: leave them out");
    }
    if (!is_key_id(id)) {
        refuse(at,
               id.size() == kSecretSize
                   ? "is no access key id, as AKIA… is one, but looks like a secret access key: "
                     "a key whose secret was shown should be replaced"
                   : "is no access key id, as AKIA… is one");
    }
}

void check_secret(std::string_view secret, std::string_view id, std::string_view at) {
    if (secret.empty()) {
        refuse(at, "is empty");
    }
    if (is_quoted(secret)) {
        refuse(at, "has quotes around it: leave them out");
    }
    if (is_aws_key_id(secret)) {
        refuse(at, "is an access key id, not its secret");
    }
    if (!is_token_text(secret)) {
        refuse(at, "has blanks, line ends or other characters in it that no secret access key has");
    }
    std::optional<std::string> inner = base64_decode(secret);
    const bool is_twice =
        inner && trim(*inner).size() == kSecretSize && is_token_text(trim(*inner));
    if (inner) {
        wipe(*inner);
    }
    if (is_twice) {
        refuse(at, "is base64 of a secret access key: it was encoded twice");
    }
    if (is_aws_key_id(id) && secret.size() != kSecretSize) {
        refuse(at, fmt::format("has {} characters, a secret access key has {}", secret.size(),
                               kSecretSize));
    }
}

/// The keys of one section of an INI file, in lower case.
std::map<std::string, Sensitive> section_of(std::string_view file, std::string_view name) {
    std::map<std::string, Sensitive> keys;
    bool inside = false;
    while (!file.empty()) {
        const std::size_t end = std::min(file.find('\n'), file.size());
        const std::string_view line = trim(file.substr(0, end));
        file.remove_prefix(std::min(end + 1, file.size()));
        if (line.starts_with('[') && line.ends_with(']')) {
            inside = trim(line.substr(1, line.size() - 2)) == name;
        } else if (const std::size_t equals = line.find('=');
                   inside && equals != std::string_view::npos && line.front() != '#' &&
                   line.front() != ';') {
            keys.insert_or_assign(to_lower(trim(line.substr(0, equals))),
                                  Sensitive(std::string(trim(line.substr(equals + 1)))));
        }
    }
    return keys;
}

Sensitive read_file(const ProviderSettings& settings, const std::string& path) {
    if (!settings.read_file) {
        throw Error(ErrorKind::Config, fmt::format("{} cannot be read here", printable(path)));
    }
    return settings.read_file(path);
}

AwsCredentials read_profile(const ProviderSettings& settings, const std::string& path) {
    const Sensitive file = read_file(settings, path);
    const std::string_view set = trim(settings.variable(kAwsProfile));
    const std::string profile(set.empty() ? "default" : set);
    std::map<std::string, Sensitive> keys = section_of(file.reveal(), profile);
    const std::string at =
        fmt::format("of profile \"{}\" in {}", printable(profile), printable(path));
    if (keys["aws_access_key_id"].empty()) {
        throw Error(ErrorKind::Config,
                    fmt::format("aws_access_key_id {} is missing (profiles that assume a role, run "
                                "a program or sign in through a browser are not read)",
                                at));
    }
    return checked_key({.access_key_id = std::string(keys["aws_access_key_id"].reveal()),
                        .secret_access_key = keys["aws_secret_access_key"],
                        .session_token = keys["aws_session_token"]},
                       "aws_access_key_id " + at, "aws_secret_access_key " + at);
}

AwsLogin shared_login(const ProviderSettings& settings) {
    const std::string_view named = settings.variable(kAwsFile);
    if (!named.empty()) {
        return while_doing(fmt::format("route53: {}", kAwsFile),
                           [&] { return read_profile(settings, std::string(named)); });
    }
    const std::string none = fmt::format(
        "route53: the environment holds neither {} and {} nor {} and {} (the credentials of an "
        "instance or a container are not asked for: that service speaks plain http)",
        kAwsKeyId, kAwsSecret, kAwsRole, kAwsTokenFile);
    const std::string_view home = settings.variable(kHome);
    if (home.empty()) {
        throw Error(ErrorKind::Config, none);
    }
    return while_doing(
        none, [&] { return read_profile(settings, std::string(home) + "/.aws/credentials"); });
}

WebIdentity web_identity(const ProviderSettings& settings) {
    const std::string path(settings.variable(kAwsTokenFile));
    const Sensitive token = while_doing(fmt::format("route53: {}", kAwsTokenFile),
                                        [&] { return read_file(settings, path); });
    const std::string_view text = trim(token.reveal());
    if (text.empty() || !is_token_text(text)) {
        refuse(kAwsTokenFile, fmt::format("names {}, which holds no token", printable(path)));
    }
    const std::string_view name = trim(settings.variable(kAwsSessionName));
    return {.role = checked_role(settings.variable(kAwsRole), kAwsRole),
            .session_name = std::string(name.empty() ? "cert-manager" : name),
            .token = Sensitive(std::string(text))};
}

}  // namespace

AwsLogin ambient_login(const ProviderSettings& settings) {
    const auto has = [&](const char* name) { return !trim(settings.variable(name)).empty(); };
    if (has(kAwsKeyId) || has(kAwsSecret)) {
        return checked_key(
            {.access_key_id = std::string(settings.variable(kAwsKeyId)),
             .secret_access_key = Sensitive(std::string(settings.variable(kAwsSecret))),
             .session_token = Sensitive(std::string(settings.variable(kAwsToken)))},
            kAwsKeyId, kAwsSecret);
    }
    if (has(kAwsRole) && has(kAwsTokenFile)) {
        return web_identity(settings);
    }
    return shared_login(settings);
}

AwsCredentials checked_key(const AwsCredentials& key, std::string_view id_at,
                           std::string_view secret_at) {
    const std::string_view id = trim(key.access_key_id);
    const std::string_view secret = trim(key.secret_access_key.reveal());
    const std::string_view token = trim(key.session_token.reveal());
    check_key_id(id, id_at);
    check_secret(secret, id, secret_at);
    if (!is_token_text(token)) {
        refuse(id_at, "stands beside a session token that has blanks or line ends in it");
    }
    if (is_aws_key_id(id) && id.starts_with("ASIA") && token.empty()) {
        refuse(id_at,
               "is a temporary key (ASIA…), and there is no session token beside it. An Issuer has "
               "no field for one: give it a lasting key, or a role, or set AWS_SESSION_TOKEN and "
               "run with --ambient-credentials");
    }
    return {.access_key_id = std::string(id),
            .secret_access_key = Sensitive(std::string(secret)),
            .session_token = Sensitive(std::string(token))};
}

std::string checked_role(std::string_view role, std::string_view at) {
    const std::string_view text = trim(role);
    if (!text.starts_with("arn:") || text.find(":role/") == std::string_view::npos ||
        text.size() > kLongestArn || !is_token_text(text)) {
        refuse(at, fmt::format("\"{}\" is no ARN of a role, as "
                               "arn:aws:iam::123456789012:role/NAME is one",
                               printable(shortened(text, kShownText))));
    }
    return std::string(text);
}

}  // namespace kcert::dns01::route53
