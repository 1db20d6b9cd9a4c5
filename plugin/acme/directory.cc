// SPDX-License-Identifier: Apache-2.0

#include "acme/directory.h"

#include <functional>
#include <optional>
#include <string_view>
#include <variant>

#include <fmt/format.h>

#include "acme/answer.h"
#include "acme/ca_url.h"
#include "acme/retry.h"
#include "base/text.h"
#include "net/backoff.h"

namespace kcert::acme {

namespace {

std::string optional_url(const json::Value& body, std::string_view name) {
    const std::string_view url = body.text({name});
    return is_usable_ca_url(url) ? std::string(url) : std::string();
}

std::vector<std::pair<std::string, std::string>> read_profiles(const json::Value& profiles) {
    std::vector<std::pair<std::string, std::string>> found;
    if (profiles.is_object()) {
        for (const auto& [name, description] : profiles.as_object()) {
            found.emplace_back(name, description.is_string() ? description.as_string() : "");
        }
    }
    return found;
}

Directory read_directory(const std::string& url, const json::Value& body) {
    const json::Value& meta = body["meta"];
    const json::Value& external = meta["externalAccountRequired"];
    return {.url = url,
            .new_nonce = check_ca_url(std::string(body.text({"newNonce"})), "newNonce"),
            .new_account = check_ca_url(std::string(body.text({"newAccount"})), "newAccount"),
            .new_order = check_ca_url(std::string(body.text({"newOrder"})), "newOrder"),
            .revoke_cert = optional_url(body, "revokeCert"),
            .key_change = optional_url(body, "keyChange"),
            .renewal_info = optional_url(body, "renewalInfo"),
            .terms_of_service = printable(meta.text({"termsOfService"})),
            .website = printable(meta.text({"website"})),
            .external_account_required = external.is_bool() && external.as_bool(),
            .caa_identities = read_texts(meta["caaIdentities"]),
            .profiles = read_profiles(meta["profiles"])};
}

/// The pause that `outcome` asks for before try `attempt`; nothing where it is to be taken as it
/// is.
std::optional<Duration> pause_after(const net::Outcome& outcome, int attempt,
                                    const std::string& url, Time now) {
    const Verdict verdict = judge(outcome);
    if ((verdict != Verdict::Fault && verdict != Verdict::Busy) || attempt > kMaxFaults) {
        return std::nullopt;
    }
    if (const auto* response = std::get_if<net::Response>(&outcome)) {
        if (const std::optional<Time> at = retry_time(*response, now)) {
            return *at - now;
        }
    }
    return net::backoff(std::hash<std::string>{}(url), attempt);
}

net::Outcome ask(net::HttpClient& http, const Clock& clock, const net::Request& request, Time until,
                 const std::stop_token& stop) {
    for (int attempt = 1;; ++attempt) {
        net::Outcome outcome = net::send_all(http, {&request, 1}, stop).front();
        const std::optional<Duration> pause =
            pause_after(outcome, attempt, request.url, clock.now());
        if (!pause || *pause > until - clock.now()) {
            return outcome;
        }
        if (!clock.sleep_for(*pause, stop)) {
            throw Error(ErrorKind::Cancelled, "stopped");
        }
    }
}

[[noreturn]] void throw_no_directory(const std::string& url, std::string_view cause) {
    throw Error(ErrorKind::Config,
                fmt::format("{} is no ACME directory ({}): check the server URL of the issuer",
                            printable(url), cause));
}

}  // namespace

Directory fetch_directory(net::HttpClient& http, const Clock& clock, const std::string& url,
                          const net::Route& route, Time until, std::stop_token stop) {
    if (!is_usable_ca_url(url)) {
        throw_no_directory(url, "not an https URL");
    }
    const net::Request request{
        .url = url, .headers = {{"Accept", "application/json"}}, .route = route};
    const net::Outcome outcome = ask(http, clock, request, until, stop);
    const net::Response& response = net::response(outcome);
    const Verdict verdict = judge(outcome);
    if (verdict == Verdict::Fault || verdict == Verdict::Busy) {
        std::visit([](const auto& error) { throw error; },
                   read_refusal(url, response, clock.now()));
    }
    if (verdict != Verdict::Success) {
        throw_no_directory(url, fmt::format("HTTP status {}", response.status));
    }
    try {
        return read_directory(url, read_object(response, "directory"));
    } catch (const Error& error) {
        throw_no_directory(url, error.what());
    }
}

}  // namespace kcert::acme
