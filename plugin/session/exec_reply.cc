// SPDX-License-Identifier: Apache-2.0

#include "session/exec_reply.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "base/timestamp.h"
#include "json/value.h"
#include "json/yaml.h"

namespace kcert::session {
namespace {

constexpr std::size_t kShown = 60;

[[noreturn]] void refuse(const std::string& why) {
    throw Error(ErrorKind::Config, why);
}

/// Text that a program printed, for a message.
std::string shown(std::string_view text) {
    return printable(shortened(text, kShown));
}

json::Value read_document(std::string_view text) {
    const std::vector<json::Value> documents =
        while_doing("decoding stdout", [&] { return json::parse_yaml(text); });
    if (documents.empty()) {
        refuse("decoding stdout: the plugin printed nothing");
    }
    if (documents.size() > 1 || !documents.front().is_object()) {
        refuse("decoding stdout: couldn't get version/kind: it is no single object");
    }
    return documents.front();
}

/// A kind that is left out is taken for the right one, as client-go does.
void check_type(const json::Value& reply, std::string_view api_version) {
    constexpr std::string_view kGroup = "client.authentication.k8s.io/";
    const std::string_view version = reply.text({"apiVersion"});
    const std::string_view kind = reply.text({"kind"});
    const bool other_kind = !kind.empty() && kind != "ExecCredential";
    if (other_kind || (!version.empty() && !version.starts_with(kGroup))) {
        refuse(fmt::format("decoding stdout: no kind \"{}\" is registered for version \"{}\"",
                           shown(kind), shown(version)));
    }
    if (version != api_version) {
        refuse(fmt::format("exec plugin is configured to use API version {}, plugin returned {}",
                           api_version,
                           version.empty() ? "no version" : "version " + shown(version)));
    }
}

std::string_view text_member(const json::Value& status, std::string_view name) {
    const json::Value& value = status[name];
    if (!value.is_null() && !value.is_string()) {
        refuse(fmt::format("decoding stdout: status.{} is of type {}, not string", name,
                           value.type_name()));
    }
    return status.text({name});
}

std::optional<Time> expiry(const json::Value& status) {
    const std::string_view text = text_member(status, "expirationTimestamp");
    if (text.empty()) {
        return std::nullopt;
    }
    const std::optional<Time> time = parse_rfc3339(text);
    if (!time) {
        refuse(
            fmt::format("decoding stdout: status.expirationTimestamp: \"{}\" is no RFC 3339 time",
                        shown(text)));
    }
    return time;
}

void check_pair(const ExecReply& reply) {
    const bool no_certificate = reply.certificate_pem.empty();
    if (reply.token.empty() && no_certificate && reply.key_pem.empty()) {
        refuse("exec plugin didn't return a token or cert/key pair");
    }
    if (no_certificate != reply.key_pem.empty()) {
        refuse("exec plugin returned only certificate or key, not both");
    }
    if (no_certificate) {
        return;
    }
    constexpr std::string_view kNoPem =
        "failed parsing client key/certificate: tls: failed to find any PEM data in {} input";
    if (reply.certificate_pem.find("-----BEGIN CERTIFICATE-----") == std::string::npos) {
        refuse(fmt::format(kNoPem, "certificate"));
    }
    if (reply.key_pem.reveal().find("PRIVATE KEY-----") == std::string_view::npos) {
        refuse(fmt::format(kNoPem, "key"));
    }
}

}  // namespace

ExecReply parse_exec_reply(std::string_view text, std::string_view api_version) {
    const json::Value document = read_document(text);
    check_type(document, api_version);
    const json::Value& status = document["status"];
    if (status.is_null()) {
        refuse("exec plugin didn't return a status field");
    }
    if (!status.is_object()) {
        refuse(
            fmt::format("decoding stdout: status is of type {}, not object", status.type_name()));
    }
    ExecReply reply{.token = Sensitive(std::string(text_member(status, "token"))),
                    .certificate_pem = std::string(text_member(status, "clientCertificateData")),
                    .key_pem = Sensitive(std::string(text_member(status, "clientKeyData"))),
                    .expires = expiry(status)};
    check_pair(reply);
    return reply;
}

}  // namespace kcert::session
