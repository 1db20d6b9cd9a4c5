// SPDX-License-Identifier: Apache-2.0

#include "dns01/digitalocean/digitalocean_client.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "dns01/service/held_zones.h"
#include "json/json.h"
#include "net/retry_after.h"
#include "net/url.h"

namespace kcert::dns01::digitalocean {
namespace {

constexpr int kPerPage = 200;
constexpr int kMostPages = 100;
constexpr int kSecondsToLive = 60;
constexpr int kNotFound = 404;
constexpr int kTooManyRequests = 429;
constexpr int kUnavailable = 503;
/// More names than these are looked for in all texts of the domain: a minute has 250 requests.
constexpr std::size_t kFewNames = 8;

std::optional<json::Value> parsed(const std::string& body) {
    try {
        return json::parse_json(body);
    } catch (const Error&) {
        return std::nullopt;
    }
}

std::string_view meaning_of(int status) {
    constexpr std::array<std::pair<int, std::string_view>, 5> kMeanings{{
        {401, "the API token is not valid: revoked, expired, or not that of an account or team"},
        {403,
         "the API token may not do that: it takes full access, or the scopes domain:read, "
         "domain:create and domain:delete"},
        {kNotFound, "this account or team holds no such domain or record"},
        {422, "DigitalOcean does not take it"},
        {kTooManyRequests,
         "too many requests: DigitalOcean takes 250 a minute and 5000 an hour of a token"},
    }};
    const auto* const found =
        std::ranges::find(kMeanings, status, &std::pair<int, std::string_view>::first);
    return found == kMeanings.end() ? std::string_view() : found->second;
}

std::string explain(const net::Response& response, const Sensitive& token) {
    const std::string_view meaning = meaning_of(response.status);
    const std::optional<json::Value> body = parsed(response.body);
    const std::string_view words = body ? body->text({"message"}) : std::string_view();
    if (words.empty()) {
        return std::string(meaning);
    }
    return fmt::format("{} (DigitalOcean: {} \"{}\")",
                       meaning.empty() ? fmt::format("HTTP status {}", response.status) : meaning,
                       words_without(token, body->text({"id"})), words_without(token, words));
}

ServiceTraits traits(const Sensitive& token) {
    return {.service = "digitalocean",
            .authorize =
                [token](net::Request& request) {
                    request.headers.emplace_back("Authorization",
                                                 fmt::format("Bearer {}", token.reveal()));
                },
            .explain = [token](const net::Response& response) { return explain(response, token); },
            .asks_to_wait = digitalocean_wait};
}

std::string api_name(std::string_view name) {
    return net::percent_encode(name.ends_with('.') ? name.substr(0, name.size() - 1) : name);
}

/// "@" is the domain itself.
std::string qualified(std::string_view relative, const std::string& domain) {
    return relative == "@" ? domain : zone_name(fmt::format("{}.{}", relative, domain));
}

std::string record_body(const DigitalOceanText& text, const std::string& domain) {
    return json::write_json(json::Value::object({{"type", "TXT"},
                                                 {"name", relative_name(text.name, domain)},
                                                 {"data", text.text},
                                                 {"ttl", kSecondsToLive}}));
}

/// Whether it leaves open what became of the call; with 503 nothing did.
bool is_unclear(const net::Response& response) {
    return response.status >= 500 && response.status != kUnavailable;
}

bool is_unclear(const Error& error) {
    return error.kind() == ErrorKind::TimedOut || error.cut_off();
}

Error no_answer_of_theirs(const ServiceCall& call) {
    return {
        ErrorKind::Transport,
        fmt::format("digitalocean: {}: the answer is not one of DigitalOcean's API", call.doing)};
}

}  // namespace

std::optional<Duration> digitalocean_wait(const net::Response& response, Time now) {
    constexpr std::int64_t kLongest = 366L * 24 * 3600;
    if (const std::optional<Duration> wait = net::retry_after(response, now)) {
        return wait;
    }
    // The headers stand on every answer; the hour's limit is what refused only where none is left.
    const std::optional<std::string> reset = response.header("ratelimit-reset");
    if (response.status != kTooManyRequests || !reset ||
        response.header("ratelimit-remaining").value_or("0") != "0") {
        return std::nullopt;
    }
    std::int64_t instant = 0;
    const char* const end = reset->data() + reset->size();
    if (const auto [parsed_to, error] = std::from_chars(reset->data(), end, instant);
        error != std::errc{} || parsed_to != end) {
        return std::nullopt;
    }
    const std::int64_t present =
        std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
    return std::chrono::seconds(std::clamp(instant, present, present + kLongest) - present);
}

DigitalOceanClient::DigitalOceanClient(const DigitalOceanConfig& config, net::HttpClient& http,
                                       const Clock& clock)
    : base_(config.base), calls_(traits(config.token), http, clock) {}

std::string DigitalOceanClient::records_url(const std::string& domain) const {
    return fmt::format("{}/v2/domains/{}/records", base_, api_name(domain));
}

std::vector<std::string> DigitalOceanClient::domains(std::stop_token stop) {
    const ServiceCall list{.doing = "listing the domains",
                           .url = fmt::format("{}/v2/domains?per_page={}", base_, kPerPage)};
    std::vector<std::string> names;
    for (const json::Value& object : read_lists(std::span(&list, 1), "domains", stop)) {
        if (const std::string_view name = object.text({"name"}); !name.empty()) {
            names.push_back(zone_name(name));
        }
    }
    return names;
}

std::vector<DigitalOceanText> DigitalOceanClient::texts(const std::string& domain,
                                                        std::span<const std::string> names,
                                                        std::stop_token stop) {
    const ServiceCall all{
        .doing = fmt::format("reading records of domain {}", printable(domain)),
        .url = fmt::format("{}?type=TXT&per_page={}", records_url(domain), kPerPage)};
    std::vector<ServiceCall> lists;
    if (names.size() > kFewNames) {
        lists.push_back(all);
    } else {
        for (const std::string& name : names) {
            lists.push_back(all);
            lists.back().url += "&name=" + api_name(name);
        }
    }
    std::vector<DigitalOceanText> texts;
    for (const json::Value& object : read_lists(lists, "domain_records", stop)) {
        DigitalOceanText text{.name = qualified(object.text({"name"}), domain),
                              .text = std::string(object.text({"data"}))};
        const bool asked_for = object.text({"type"}) == "TXT" && object["id"].is_int() &&
                               std::ranges::find(names, text.name) != names.end();
        if (asked_for) {
            text.id = object["id"].as_int();
            texts.push_back(std::move(text));
        }
    }
    return texts;
}

std::optional<Error> DigitalOceanClient::add(const std::string& domain,
                                             std::span<const DigitalOceanText> texts,
                                             std::stop_token stop) {
    std::vector<ServiceCall> calls;
    for (const DigitalOceanText& text : texts) {
        calls.push_back({.doing = fmt::format("adding a record to domain {}", printable(domain)),
                         .method = "POST",
                         .url = records_url(domain),
                         .headers = {{"Content-Type", "application/json"}},
                         .body = record_body(text, domain),
                         .repeat = Repeat::IfNotTaken});
    }
    std::vector<net::Response> responses;
    try {
        responses = calls_.send_all(calls, std::move(stop));
    } catch (const Error& error) {
        if (is_unclear(error)) {
            return error;
        }
        throw;
    }
    std::optional<Error> unclear;
    for (std::size_t i = 0; i < calls.size(); ++i) {
        if (is_unclear(responses[i])) {
            unclear = calls_.failure(calls[i], responses[i]);
        } else if (!is_success(responses[i])) {
            throw calls_.failure(calls[i], responses[i]);
        }
    }
    return unclear;
}

void DigitalOceanClient::remove(const std::string& domain, std::span<const DigitalOceanText> texts,
                                std::stop_token stop) {
    std::vector<ServiceCall> calls;
    for (const DigitalOceanText& text : texts) {
        calls.push_back(
            {.doing = fmt::format("removing a record from domain {}", printable(domain)),
             .method = "DELETE",
             .url = fmt::format("{}/{}", records_url(domain), text.id)});
    }
    const std::vector<net::Response> responses = calls_.send_all(calls, std::move(stop));
    for (std::size_t i = 0; i < calls.size(); ++i) {
        if (!is_success(responses[i]) && responses[i].status != kNotFound) {
            throw calls_.failure(calls[i], responses[i]);
        }
    }
}

/// The objects of all lists, a round of calls for each page. That there is a next page is believed;
/// its URL is not followed.
std::vector<json::Value> DigitalOceanClient::read_lists(std::span<const ServiceCall> lists,
                                                        std::string_view member,
                                                        const std::stop_token& stop) {
    std::vector<json::Value> objects;
    std::vector<ServiceCall> open(lists.begin(), lists.end());
    for (int page = 1; !open.empty(); ++page) {
        if (page > kMostPages) {
            throw Error(ErrorKind::Transport,
                        fmt::format("digitalocean: {}: there are more than {} pages",
                                    open.front().doing, kMostPages));
        }
        std::vector<ServiceCall> calls = open;
        for (ServiceCall& call : calls) {
            call.url += fmt::format("&page={}", page);
        }
        const std::vector<net::Response> responses = calls_.send_all(calls, stop);
        std::vector<ServiceCall> longer;
        for (std::size_t i = 0; i < calls.size(); ++i) {
            if (!is_success(responses[i])) {
                throw calls_.failure(calls[i], responses[i]);
            }
            std::optional<json::Value> body = parsed(responses[i].body);
            if (!body || !(*body)[member].is_array()) {
                throw no_answer_of_theirs(calls[i]);
            }
            if (!body->text({"links", "pages", "next"}).empty()) {
                longer.push_back(open[i]);
            }
            std::ranges::move(body->member(member).as_array(), std::back_inserter(objects));
        }
        open = std::move(longer);
    }
    return objects;
}

}  // namespace kcert::dns01::digitalocean
