// SPDX-License-Identifier: Apache-2.0

#include "session/oidc_credentials.h"

#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/base64.h"
#include "base/error.h"
#include "base/text.h"
#include "session/authorization.h"
#include "session/id_token.h"
#include "session/kubeconfig_write_back.h"
#include "session/local_file.h"

namespace kcert::session {
namespace {

Sensitive setting(const AuthProvider& provider, std::string_view name) {
    for (const auto& [key, value] : provider.config) {
        if (key == name) {
            return value;
        }
    }
    return {};
}

std::string plain_setting(const AuthProvider& provider, std::string_view name) {
    return std::string(setting(provider, name).reveal());
}

std::string needed_setting(const AuthProvider& provider, std::string_view name) {
    std::string value = plain_setting(provider, name);
    if (value.empty()) {
        throw Error(ErrorKind::Config, fmt::format("Must provide {}", name));
    }
    return value;
}

/// Empty where the system's roots are to be trusted.
std::string issuer_roots(const AuthProvider& provider) {
    if (const std::string data = plain_setting(provider, "idp-certificate-authority-data");
        !data.empty()) {
        const std::optional<std::string> pem = base64_decode(data);
        if (!pem) {
            throw Error(ErrorKind::Config, "idp-certificate-authority-data is not base64");
        }
        return *pem;
    }
    const std::string file = plain_setting(provider, "idp-certificate-authority");
    return file.empty() ? "" : read_needed_file(file);
}

OidcClient client_of(const AuthProvider& provider) {
    return {.issuer_url = needed_setting(provider, "idp-issuer-url"),
            .id = needed_setting(provider, "client-id"),
            .secret = setting(provider, "client-secret"),
            .route = {.ca_pem = issuer_roots(provider)}};
}

}  // namespace

OidcCredentials::OidcCredentials(const User& user, CredentialsWorld world)
    : user_(user.name),
      file_(user.file),
      world_(std::move(world)),
      client_(client_of(*user.auth_provider)),
      id_token_(setting(*user.auth_provider, "id-token")),
      refresh_token_(setting(*user.auth_provider, "refresh-token")) {}

void OidcCredentials::add_to(net::Request& request, std::stop_token stop) {
    if (has_authorization(request)) {
        return;
    }
    const Turns::Turn turn = turns_.take(stop);
    if (id_token_.empty() || !is_usable_id_token(id_token_.reveal(), world_.clock.now())) {
        refresh(stop);
    }
    add_bearer(request, id_token_);
}

void OidcCredentials::refused(const net::Request& request) {
    const Turns::Turn turn = turns_.take({});
    if (bears(request, id_token_)) {
        id_token_ = Sensitive();
    }
}

void OidcCredentials::refresh(const std::stop_token& stop) {
    if (refresh_token_.empty()) {
        throw Error(ErrorKind::Config,
                    "No valid id-token, and cannot refresh without refresh-token");
    }
    OidcTokens tokens = refresh_tokens(world_.http, client_, refresh_token_, stop);
    id_token_ = std::move(tokens.id_token);
    const bool rotated = !tokens.refresh_token.empty() && tokens.refresh_token != refresh_token_;
    if (rotated) {
        refresh_token_ = std::move(tokens.refresh_token);
    }
    if (file_.empty()) {
        return;
    }
    try {
        write_back({.file = file_,
                    .user = user_,
                    .id_token = id_token_,
                    .refresh_token = rotated ? refresh_token_ : Sensitive()},
                   world_.clock);
    } catch (const Error& error) {
        world_.warn(fmt::format("could not persist new tokens: {}{}", error.what(),
                                rotated ? "; the refresh token in the kubeconfig may be used up: "
                                          "log in again if the next run says so"
                                        : ""));
    }
}

}  // namespace kcert::session
