// SPDX-License-Identifier: Apache-2.0

#include "dns01/acmedns/acmedns_config.h"

#include <utility>

#include <fmt/format.h>

#include "base/base64.h"
#include "base/error.h"
#include "base/text.h"
#include "json/json.h"
#include "net/url.h"

namespace kcert::dns01::acmedns {
namespace {

constexpr std::string_view kShape =
    "{\"example.com\": {\"username\": …, \"password\": …, \"fulldomain\": …, \"subdomain\": …}}";

Error bad_secret(std::string_view what) {
    return {ErrorKind::Config,
            fmt::format("acmedns: what accountSecretRef points to {}; wanted: {}", what, kShape)};
}

json::Value read_json(const Sensitive& text) {
    try {
        return json::parse_json(std::string(text.reveal()));
    } catch (const Error&) {
        // A parser's message may quote what it reads.
        const std::optional<std::string> decoded = base64_decode(trim(text.reveal()));
        throw bad_secret(decoded && trim(*decoded).starts_with('{')
                             ? "is base64 twice: put the JSON itself under stringData"
                             : "is no JSON");
    }
}

AcmeDnsAccount read_account(const std::string& domain, const json::Value& value) {
    AcmeDnsAccount account{.username = std::string(value.text({"username"})),
                           .password = Sensitive(std::string(value.text({"password"}))),
                           .fulldomain = to_lower(value.text({"fulldomain"})),
                           .subdomain = std::string(value.text({"subdomain"}))};
    if (account.username.empty() || account.password.empty() || account.fulldomain.empty() ||
        account.subdomain.empty()) {
        throw bad_secret(fmt::format("lacks a member of \"{}\"", printable(domain)));
    }
    return account;
}

}  // namespace

AcmeDnsConfig read_acmedns_config(const json::Value& stanza,
                                  const std::map<std::string, Sensitive>& secrets) {
    std::string host(trim(stanza.text({"host"})));
    while (host.ends_with('/')) {
        host.pop_back();
    }
    if (!net::parse_url(host)) {
        throw Error(ErrorKind::Config, fmt::format("acmedns: host \"{}\" is no URL such as "
                                                   "https://auth.example.com",
                                                   printable(host)));
    }
    const auto secret = secrets.find("accountSecretRef");
    if (secret == secrets.end()) {
        throw Error(ErrorKind::Config, "acmedns: accountSecretRef is missing");
    }
    const json::Value accounts = read_json(secret->second);
    if (!accounts.is_object()) {
        throw bad_secret("is no JSON object");
    }
    if (accounts.has("fulldomain") && accounts.has("subdomain")) {
        throw bad_secret("is one account, without the domain that it is for");
    }
    AcmeDnsConfig config{.host = std::move(host)};
    for (const auto& [domain, account] : accounts.as_object()) {
        config.accounts.emplace(to_lower(domain), read_account(domain, account));
    }
    return config;
}

}  // namespace kcert::dns01::acmedns
