// SPDX-License-Identifier: Apache-2.0

#include "session/oidc_refresh.h"

#include <optional>

#include <fmt/format.h>

#include "base/base64.h"
#include "base/error.h"
#include "base/text.h"
#include "json/json.h"
#include "net/url.h"

namespace kcert::session {
namespace {

constexpr std::size_t kShown = 80;
/// RFC 6749 §5.2: the client was believed, so that another way to say who it is would change
/// nothing but this answer, and an issuer that watches for stolen tokens sees the same one twice.
constexpr std::string_view kRefreshTokenRefused = "invalid_grant";

/// Tokens go to nobody who listens on the way.
void check_url(std::string_view what, const std::string& text) {
    const std::optional<net::Url> url = net::parse_url(text);
    if (!url || (url->scheme != "https" && !net::is_loopback_host(url->host))) {
        throw Error(ErrorKind::Config, fmt::format("oidc: {} \"{}\" is no https URL", what,
                                                   printable(shortened(text, kShown))));
    }
}

std::string token_endpoint(net::HttpClient& http, const OidcClient& client,
                           const std::stop_token& stop) {
    std::string url = client.issuer_url;
    if (url.ends_with('/')) {
        url.pop_back();
    }
    url += "/.well-known/openid-configuration";
    check_url("idp-issuer-url", url);
    const net::Response response = net::send(http, {.url = url, .route = client.route}, stop);
    if (response.status != 200) {
        throw Error(ErrorKind::Config,
                    fmt::format("oidc: failed to query metadata endpoint {}: \"{}\"",
                                response.status, printable(shortened(response.body, kShown))));
    }
    const json::Value document = while_doing("oidc: failed to decode provider discovery object",
                                             [&] { return json::parse_json(response.body); });
    std::string endpoint(document.text({"token_endpoint"}));
    if (endpoint.empty()) {
        throw Error(ErrorKind::Config, "oidc: discovery object doesn't contain a token_endpoint");
    }
    check_url("token_endpoint", endpoint);
    return endpoint;
}

/// RFC 6749 §2.3.1: in the header, which every server must know, or in the body.
enum class ClientAuthentication { Header, Body };

net::Response ask(net::HttpClient& http, const std::string& endpoint, const OidcClient& client,
                  const Sensitive& refresh_token, ClientAuthentication authentication,
                  const std::stop_token& stop) {
    const std::string secret = net::percent_encode(client.secret.reveal());
    const std::string id = net::percent_encode(client.id);
    net::Request request{.method = "POST",
                         .url = endpoint,
                         .headers = {{"Content-Type", "application/x-www-form-urlencoded"},
                                     {"Accept", "application/json"}},
                         .body = "grant_type=refresh_token&refresh_token=" +
                                 net::percent_encode(refresh_token.reveal()),
                         .route = client.route};
    if (authentication == ClientAuthentication::Header) {
        request.headers.emplace_back("Authorization", "Basic " + base64_encode(id + ":" + secret));
    } else {
        request.body += "&client_id=" + id;
        request.body += secret.empty() ? "" : "&client_secret=" + secret;
    }
    net::Response response = net::send(http, request, stop);
    wipe(request.body);
    return response;
}

/// Null where it is no JSON.
json::Value body_of(const net::Response& response) {
    try {
        return json::parse_json(response.body);
    } catch (const Error&) {
        return {};
    }
}

/// RFC 6749 §5.2.
std::string error_of(const net::Response& response) {
    return std::string(body_of(response).text({"error"}));
}

/// Nothing of the answer but what RFC 6749 §5.2 has there for people.
[[noreturn]] void throw_refusal(const net::Response& response) {
    std::string why = fmt::format("HTTP status {}", response.status);
    const json::Value body = body_of(response);
    for (const std::string_view name : {"error", "error_description"}) {
        if (const std::string_view text = body.text({name}); !text.empty()) {
            why += fmt::format(" \"{}\"", printable(shortened(text, 2 * kShown)));
        }
    }
    throw Error(ErrorKind::Config, "failed to refresh token: oauth2: " + why);
}

}  // namespace

OidcTokens refresh_tokens(net::HttpClient& http, const OidcClient& client,
                          const Sensitive& refresh_token, std::stop_token stop) {
    const std::string endpoint = token_endpoint(http, client, stop);
    net::Response response =
        ask(http, endpoint, client, refresh_token, ClientAuthentication::Header, stop);
    if (response.status / 100 == 4 && error_of(response) != kRefreshTokenRefused) {
        response = ask(http, endpoint, client, refresh_token, ClientAuthentication::Body, stop);
    }
    if (response.status / 100 != 2) {
        throw_refusal(response);
    }
    const json::Value body = while_doing("failed to refresh token: the token endpoint's answer",
                                         [&] { return json::parse_json(response.body); });
    wipe(response.body);
    OidcTokens tokens{.id_token = Sensitive(std::string(body.text({"id_token"}))),
                      .refresh_token = Sensitive(std::string(body.text({"refresh_token"})))};
    if (tokens.id_token.empty()) {
        throw Error(ErrorKind::Config,
                    "token response did not contain an id_token, either the scope \"openid\" "
                    "wasn't requested upon login, or the provider doesn't support id_tokens as "
                    "part of the refresh response");
    }
    return tokens;
}

}  // namespace kcert::session
