// SPDX-License-Identifier: Apache-2.0

#include "dns01/clouddns/google_login.h"

#include <chrono>
#include <cstdint>
#include <utility>

#include <fmt/format.h>

#include "base/base64.h"
#include "json/json.h"
#include "net/url.h"

namespace kcert::dns01::clouddns {
namespace {

constexpr std::string_view kScope = "https://www.googleapis.com/auth/ndev.clouddns.readwrite";
/// RFC 7523 §2.1.
constexpr std::string_view kJwtBearer = "urn:ietf:params:oauth:grant-type:jwt-bearer";
/// The longest that Google takes.
constexpr std::int64_t kHour = 3600;
Asking asking_of(const GoogleCredential& credential, std::string project) {
    const auto* const account = std::get_if<ServiceAccountKey>(&credential.who);
    return {.who = account != nullptr ? account->email : "your own login",
            .project = std::move(project),
            .is_person = account == nullptr};
}

}  // namespace

GoogleLogin::GoogleLogin(GoogleCredential credential, std::string project, net::HttpClient& http,
                         const Clock& clock)
    : credential_(std::move(credential)),
      asking_(asking_of(credential_, std::move(project))),
      clock_(clock),
      token_(clock),
      client_({.service = "clouddns",
               .explain =
                   [this](const net::Response& response) {
                       return login_advice(response, asking_, sent_);
                   }},
              http, clock) {}

void GoogleLogin::ensure(const std::stop_token& stop) {
    const std::string doing = fmt::format("logging in at {}", credential_.token_endpoint);
    token_.ensure("clouddns: " + doing, [&] {
        ServiceCall call{.doing = doing,
                         .method = "POST",
                         .url = credential_.token_endpoint,
                         .headers = {{"Content-Type", "application/x-www-form-urlencoded"}},
                         .body = body()};
        net::Response response = client_.send(call, stop);
        wipe(call.body);
        if (!is_success(response)) {
            throw client_.failure(call, response);
        }
        return response;
    });
}

void GoogleLogin::authorize(net::Request& request) const {
    token_.authorize(request);
    const auto* const person = std::get_if<PersonalLogin>(&credential_.who);
    if (person != nullptr && !person->quota_project.empty()) {
        request.headers.emplace_back("X-Goog-User-Project", person->quota_project);
    }
}

/// The form to post; leaves in `sent_` what must not be seen of it.
std::string GoogleLogin::body() {
    if (const auto* const person = std::get_if<PersonalLogin>(&credential_.who)) {
        sent_ = Sensitive(
            fmt::format("{}\n{}", person->client_secret.reveal(), person->refresh_token.reveal()));
        return fmt::format(
            "grant_type=refresh_token&client_id={}&client_secret={}&refresh_token={}",
            net::percent_encode(person->client_id.reveal()),
            net::percent_encode(person->client_secret.reveal()),
            net::percent_encode(person->refresh_token.reveal()));
    }
    sent_ = Sensitive(assertion());
    return fmt::format("grant_type={}&assertion={}", net::percent_encode(kJwtBearer),
                       sent_.reveal());
}

std::string GoogleLogin::assertion() const {
    const auto& account = std::get<ServiceAccountKey>(credential_.who);
    json::Value header = json::Value::object({{"alg", "RS256"}, {"typ", "JWT"}});
    if (!account.key_id.empty()) {
        header.set("kid", account.key_id);
    }
    const std::int64_t now =
        std::chrono::duration_cast<std::chrono::seconds>(clock_.now().time_since_epoch()).count();
    const json::Value claims = json::Value::object({{"iss", account.email},
                                                    {"scope", kScope},
                                                    {"aud", credential_.audience},
                                                    {"iat", now},
                                                    {"exp", now + kHour}});
    const std::string input = fmt::format("{}.{}", base64url_encode(json::write_json(header)),
                                          base64url_encode(json::write_json(claims)));
    return fmt::format("{}.{}", input, base64url_encode(account.key.sign_jws(input)));
}

}  // namespace kcert::dns01::clouddns
