// SPDX-License-Identifier: Apache-2.0

#include "dns01/acmedns/acmedns_client.h"

#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "json/json.h"

namespace kcert::dns01::acmedns {
namespace {

std::string explain(const net::Response& response) {
    std::string code;
    try {
        const json::Value body = json::parse_json(response.body);
        code = body.text({"error"});
    } catch (const Error&) {
        code.clear();  // of a proxy in between
    }
    if (response.status == 401) {
        return "the server does not know this account, or not from this address (allowfrom)";
    }
    if (code == "bad_subdomain" || code == "bad_txt") {
        return fmt::format("the server does not take the account's {}",
                           code == "bad_txt" ? "value" : "subdomain");
    }
    return code.empty() ? std::string()
                        : fmt::format("HTTP status {}: {}", response.status, quoted_words(code));
}

}  // namespace

AcmeDnsClient::AcmeDnsClient(std::string host, net::HttpClient& http, const Clock& clock)
    : host_(std::move(host)), service_({.service = "acmedns", .explain = explain}, http, clock) {}

void AcmeDnsClient::update(const AcmeDnsAccount& account, const std::string& value,
                           std::stop_token stop) {
    const json::Value body =
        json::Value::object({{"subdomain", account.subdomain}, {"txt", value}});
    service_.demand({.doing = fmt::format("updating {}", quoted_words(account.fulldomain)),
                     .method = "POST",
                     .url = host_ + "/update",
                     .headers = {{"Content-Type", "application/json"},
                                 {"X-Api-User", account.username},
                                 {"X-Api-Key", std::string(account.password.reveal())}},
                     .body = json::write_json(body),
                     .repeat = Repeat::IfNotTaken},
                    std::move(stop));
}

void AcmeDnsClient::check_health(std::stop_token stop) {
    service_.demand({.doing = "asking whether the server is up", .url = host_ + "/health"},
                    std::move(stop));
}

}  // namespace kcert::dns01::acmedns
