// SPDX-License-Identifier: Apache-2.0
//
// What a login at AWS begins with: a key as the Issuer or the user's environment has it, or the
// token of another identity provider. Knows no network.

#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "base/sensitive.h"
#include "dns01/route53/sigv4.h"
#include "dns01/settings.h"

namespace kcert::dns01::route53 {

/// A token for which STS gives credentials of `role`.
struct WebIdentity {
    std::string role;
    std::string session_name;
    Sensitive token;
};

using AwsLogin = std::variant<AwsCredentials, WebIdentity>;

/// The variables that ambient_login() reads.
inline constexpr const char* kAwsKeyId = "AWS_ACCESS_KEY_ID";
inline constexpr const char* kAwsSecret = "AWS_SECRET_ACCESS_KEY";
inline constexpr const char* kAwsToken = "AWS_SESSION_TOKEN";
inline constexpr const char* kAwsRole = "AWS_ROLE_ARN";
inline constexpr const char* kAwsTokenFile = "AWS_WEB_IDENTITY_TOKEN_FILE";
inline constexpr const char* kAwsSessionName = "AWS_ROLE_SESSION_NAME";
inline constexpr const char* kAwsFile = "AWS_SHARED_CREDENTIALS_FILE";
inline constexpr const char* kAwsProfile = "AWS_PROFILE";
inline constexpr const char* kHome = "HOME";

/// What the user's environment holds: a key, else a web identity, else a profile of the shared
/// credentials file. Throws Error{Config} where it holds nothing that can be used.
AwsLogin ambient_login(const ProviderSettings& settings);

/// `key` without the white space around it. Throws Error{Config} where it is mistaken in one of the
/// usual ways; the message begins with `id_at` or `secret_at`, where the halves were found, and
/// shows neither.
AwsCredentials checked_key(const AwsCredentials& key, std::string_view id_at,
                           std::string_view secret_at);

/// `role` without the white space around it. Throws Error{Config} where it is no role's ARN; the
/// message begins with `at`.
std::string checked_role(std::string_view role, std::string_view at);

}  // namespace kcert::dns01::route53
