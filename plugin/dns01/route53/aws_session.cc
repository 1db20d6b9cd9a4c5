// SPDX-License-Identifier: Apache-2.0

#include "dns01/route53/aws_session.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "base/timestamp.h"
#include "dns01/route53/aws_xml.h"
#include "net/url.h"

namespace kcert::dns01::route53 {
namespace {

constexpr std::chrono::minutes kSpare{5};
constexpr std::chrono::seconds kPatience{30};
constexpr const char* kSessionName = "cert-manager";
constexpr const char* kVersion = "2011-06-15";

void hide(std::string& text, std::string_view secret) {
    for (std::size_t at = text.find(secret); !secret.empty() && at != std::string::npos;
         at = text.find(secret, at)) {
        text.replace(at, secret.size(), "…");
    }
}

bool is_header_text(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; });
}

AwsFault without_secrets(AwsFault fault, const std::vector<Sensitive>& secrets) {
    for (const Sensitive& secret : secrets) {
        hide(fault.code, secret.reveal());
        hide(fault.message, secret.reveal());
    }
    return fault;
}

/// The credentials that STS answers to `action`.
AwsCredentials decode_session(std::string_view body, std::string_view action) {
    const std::string name(action);
    const pugi::xml_document document = parse_aws_xml(body, (name + "Response").c_str());
    const pugi::xml_node found =
        document.document_element().child((name + "Result").c_str()).child("Credentials");
    AwsCredentials credentials{.access_key_id = text_of(found, "AccessKeyId"),
                               .secret_access_key = Sensitive(text_of(found, "SecretAccessKey")),
                               .session_token = Sensitive(text_of(found, "SessionToken")),
                               .expires = parse_rfc3339(text_of(found, "Expiration"))};
    if (!is_header_text(credentials.access_key_id) || credentials.secret_access_key.empty() ||
        !is_header_text(credentials.session_token.reveal())) {
        throw Error(ErrorKind::Transport, "the answer holds no credentials");
    }
    return credentials;
}

}  // namespace

AwsSession::AwsSession(AwsLogin login, std::string role, AwsEndpoint sts, net::HttpClient& http,
                       const Clock& clock)
    : login_(std::move(login)),
      role_(std::move(role)),
      sts_(std::move(sts)),
      http_(http),
      clock_(clock) {}

void AwsSession::log_in(const std::stop_token& stop) {
    const std::lock_guard one_at_a_time(fetching_);
    {
        const std::lock_guard lock(mutex_);
        if (current_ && (!current_->expires || clock_.now() + kSpare < *current_->expires)) {
            return;
        }
    }
    AwsCredentials credentials = first_credentials(stop);
    if (!role_.empty()) {
        credentials = assume_role(credentials, stop);
    }
    const std::lock_guard lock(mutex_);
    current_ = std::move(credentials);
}

void AwsSession::sign(net::Request& request, const AwsScope& scope) const {
    const std::lock_guard lock(mutex_);
    if (!current_) {
        throw Error(ErrorKind::Internal, "signing a request without credentials");
    }
    sign_v4(request, *current_, scope, clock_.now());
}

AwsFault AwsSession::fault(const net::Response& response) const {
    AwsFault fault = decode_fault(response.body);
    const std::lock_guard lock(mutex_);
    if (!current_) {
        return fault;
    }
    return without_secrets(std::move(fault),
                           {current_->secret_access_key, current_->session_token});
}

AwsCredentials AwsSession::first_credentials(const std::stop_token& stop) const {
    if (const auto* const identity = std::get_if<WebIdentity>(&login_)) {
        return web_identity_credentials(*identity, stop);
    }
    return std::get<AwsCredentials>(login_);
}

AwsCredentials AwsSession::assume_role(const AwsCredentials& by,
                                       const std::stop_token& stop) const {
    const std::string form =
        fmt::format("Action=AssumeRole&Version={}&RoleArn={}&RoleSessionName={}", kVersion,
                    net::percent_encode(role_), kSessionName);
    return ask_sts({.doing = fmt::format("assuming the role {}", printable(role_))}, "AssumeRole",
                   form, &by, stop);
}

AwsCredentials AwsSession::web_identity_credentials(const WebIdentity& identity,
                                                    const std::stop_token& stop) const {
    const std::string form = fmt::format(
        "Action=AssumeRoleWithWebIdentity&Version={}&RoleArn={}&RoleSessionName={}"
        "&WebIdentityToken={}",
        kVersion, net::percent_encode(identity.role), net::percent_encode(identity.session_name),
        net::percent_encode(identity.token.reveal()));
    return ask_sts(
        {.doing = fmt::format("assuming the role {} by a web identity", printable(identity.role))},
        "AssumeRoleWithWebIdentity", form, nullptr, stop);
}

/// `by` signs the request; null: the form itself holds what proves who asks.
AwsCredentials AwsSession::ask_sts(ServiceCall call, const std::string& action,
                                   const std::string& form, const AwsCredentials* by,
                                   const std::stop_token& stop) const {
    call.method = "POST";
    call.url = sts_.url + "/";
    call.headers = {{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}};
    call.body = form;
    const auto fault_of = [&](const net::Response& response) {
        AwsFault fault = decode_fault(response.body);
        return by == nullptr
                   ? fault
                   : without_secrets(std::move(fault), {by->secret_access_key, by->session_token});
    };
    ServiceClient sts(
        {.service = "route53",
         .authorize =
             [&](net::Request& request) {
                 if (by != nullptr) {
                     sign_v4(request, *by, {.region = sts_.region, .service = "sts"}, clock_.now());
                 }
             },
         .explain = [&](const net::Response& response) { return aws_advice(fault_of(response)); },
         .is_busy = [&](const net::Response& response) { return is_busy(fault_of(response)); },
         .patience = kPatience},
        http_, clock_);
    const net::Response response = sts.send(call, stop);
    if (!is_success(response)) {
        const Error failure = sts.failure(call, response);
        throw is_denied(fault_of(response))
            ? Error(failure.kind(),
                    fmt::format("{}; the credential needs sts:{} on the role, and the role's trust "
                                "policy must name who assumes it",
                                failure.what(), action))
            : failure;
    }
    return while_doing(fmt::format("route53: {}", call.doing),
                       [&] { return decode_session(response.body, action); });
}

}  // namespace kcert::dns01::route53
