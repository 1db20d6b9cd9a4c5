// SPDX-License-Identifier: Apache-2.0

#include "dns01/cloudflare/cloudflare_client.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "dns01/cloudflare/cloudflare_answer.h"
#include "dns01/service/held_zones.h"
#include "dns01/service/quoted_text.h"
#include "json/json.h"
#include "net/url.h"

namespace kcert::dns01::cloudflare {
namespace {

constexpr int kZonesPerPage = 50;
constexpr int kRecordsPerPage = 100;
constexpr int kMostPages = 100;
constexpr int kSecondsToLive = 120;
/// More names than these are looked for in all texts of the zone, which takes fewer calls.
constexpr std::size_t kFewNames = 8;

ServiceTraits traits(const CloudflareConfig& config, CloudflareStep step) {
    const auto authorize = [config](net::Request& request) {
        if (config.login == CloudflareLogin::Token) {
            request.headers.emplace_back("Authorization",
                                         fmt::format("Bearer {}", config.secret.reveal()));
            return;
        }
        request.headers.emplace_back("X-Auth-Email", config.email);
        request.headers.emplace_back("X-Auth-Key", config.secret.reveal());
    };
    return {.service = "cloudflare",
            .authorize = authorize,
            .explain =
                [config, step](const net::Response& response) {
                    return explain_cloudflare(response, config, step);
                },
            .is_busy = is_cloudflare_busy};
}

/// Ids become parts of paths; those of Cloudflare are hexadecimal.
bool is_id(std::string_view text) {
    constexpr std::size_t kLongest = 32;
    return !text.empty() && text.size() <= kLongest &&
           text.find_first_not_of(
               "0123456789abcdefABCDEFGHIJKLMNOPQRSTUVWXYZghijklmnopqrstuvwxyz") ==
               std::string_view::npos;
}

std::string api_name(std::string_view name) {
    return net::percent_encode(name.ends_with('.') ? name.substr(0, name.size() - 1) : name);
}

CloudflareZone read_zone(const json::Value& object) {
    CloudflareZone zone{.id = std::string(object.text({"id"})),
                        .name = zone_name(object.text({"name"})),
                        .active = object.text({"status"}) == "active"};
    if (object["permissions"].is_array()) {
        for (const json::Value& permission : object["permissions"].as_array()) {
            if (permission.is_string()) {
                zone.permissions.push_back(permission.as_string());
            }
        }
    }
    return zone;
}

std::vector<CloudflareZone> read_zones(const std::vector<json::Value>& objects) {
    std::vector<CloudflareZone> zones;
    for (const json::Value& object : objects) {
        CloudflareZone zone = read_zone(object);
        if (is_id(zone.id)) {
            zones.push_back(std::move(zone));
        }
    }
    std::stable_partition(zones.begin(), zones.end(),
                          [](const CloudflareZone& zone) { return zone.active; });
    return zones;
}

/// Whether more pages follow one that holds `count` objects.
bool is_last(const json::Value& answer, std::size_t count, int page, int page_size) {
    const json::Value& total = answer.at({"result_info", "total_pages"});
    return total.is_int() ? page >= total.as_int() : count < static_cast<std::size_t>(page_size);
}

std::string batch_body(const CloudflareBatch& batch) {
    json::Value deletes = json::Value::array();
    for (const std::string& id : batch.deletes) {
        deletes.push_back(json::Value::object({{"id", id}}));
    }
    json::Value posts = json::Value::array();
    for (const CloudflareText& post : batch.posts) {
        posts.push_back(json::Value::object(
            {{"type", "TXT"},
             {"name",
              post.name.ends_with('.') ? post.name.substr(0, post.name.size() - 1) : post.name},
             {"content", quoted_text(post.text)},
             {"ttl", kSecondsToLive}}));
    }
    json::Value body = json::Value::object();
    if (!batch.deletes.empty()) {
        body.set("deletes", std::move(deletes));
    }
    if (!batch.posts.empty()) {
        body.set("posts", std::move(posts));
    }
    return json::write_json(body);
}

}  // namespace

CloudflareClient::CloudflareClient(CloudflareConfig config, net::HttpClient& http,
                                   const Clock& clock)
    : config_(std::move(config)),
      zone_calls_(traits(config_, CloudflareStep::LogIn), http, clock),
      record_calls_(traits(config_, CloudflareStep::Records), http, clock) {}

void CloudflareClient::check_token(std::stop_token stop) {
    if (config_.login != CloudflareLogin::Token) {
        return;
    }
    const ServiceCall call{.doing = "checking the API token",
                           .url = config_.base + "/user/tokens/verify"};
    const net::Response response = zone_calls_.send(call, std::move(stop));
    if (!is_success(response)) {
        return;
    }
    const json::Value answer = cloudflare_answer(response, call.doing);
    const std::string_view status = answer.text({"result", "status"});
    if (status != "active") {
        throw Error(ErrorKind::Declined,
                    fmt::format("cloudflare: {}: it is \"{}\": create or roll one under My Profile "
                                "> API Tokens",
                                call.doing, quoted_words(status)));
    }
}

std::vector<CloudflareZone> CloudflareClient::zones_named(std::span<const std::string> names,
                                                          std::stop_token stop) {
    std::vector<List> lists;
    for (const std::string& name : names) {
        lists.push_back({.call = {.doing = fmt::format("looking for zone {}", printable(name)),
                                  .url = fmt::format("{}/zones?name={}&per_page={}", config_.base,
                                                     api_name(name), kZonesPerPage)},
                         .page_size = kZonesPerPage});
    }
    return read_zones(read_lists(zone_calls_, lists, stop));
}

std::vector<CloudflareZone> CloudflareClient::zones(std::stop_token stop) {
    const List list{
        .call = {.doing = "listing the zones",
                 .url = fmt::format("{}/zones?per_page={}", config_.base, kZonesPerPage)},
        .page_size = kZonesPerPage};
    return read_zones(read_lists(zone_calls_, std::span(&list, 1), stop));
}

std::vector<CloudflareText> CloudflareClient::texts(const CloudflareZone& zone,
                                                    std::span<const std::string> names,
                                                    std::stop_token stop) {
    const List all{
        .call = {.doing = fmt::format("reading records of zone {}", printable(zone.name)),
                 .url = fmt::format("{}/zones/{}/dns_records?type=TXT&per_page={}", config_.base,
                                    zone.id, kRecordsPerPage)},
        .page_size = kRecordsPerPage};
    std::vector<List> lists;
    if (names.size() > kFewNames) {
        lists.push_back(all);
    } else {
        for (const std::string& name : names) {
            lists.push_back(all);
            lists.back().call.url += "&name=" + api_name(name);
        }
    }
    std::vector<CloudflareText> texts;
    for (const json::Value& object : read_lists(record_calls_, lists, stop)) {
        CloudflareText text{.id = std::string(object.text({"id"})),
                            .name = zone_name(object.text({"name"})),
                            .text = unquoted_text(object.text({"content"}))};
        const bool asked_for =
            object.text({"type"}) == "TXT" && std::ranges::find(names, text.name) != names.end();
        if (asked_for && is_id(text.id)) {
            texts.push_back(std::move(text));
        }
    }
    return texts;
}

BatchOutcome CloudflareClient::change(const CloudflareZone& zone, const CloudflareBatch& batch,
                                      std::stop_token stop) {
    // A batch that took effect although its answer was lost is refused the second time, as one that
    // another client forestalled is.
    const ServiceCall call{
        .doing = fmt::format("changing records of zone {}", printable(zone.name)),
        .method = "POST",
        .url = fmt::format("{}/zones/{}/dns_records/batch", config_.base, zone.id),
        .headers = {{"Content-Type", "application/json"}},
        .body = batch_body(batch)};
    const net::Response response = record_calls_.send(call, std::move(stop));
    if (is_success(response)) {
        cloudflare_answer(response, call.doing);
        return BatchOutcome::Done;
    }
    if (has_code(response, {81044, 81057, 81058})) {
        return BatchOutcome::Overtaken;
    }
    throw record_calls_.failure(call, response);
}

/// The objects of all lists, a round of calls for each page.
std::vector<json::Value> CloudflareClient::read_lists(ServiceClient& client,
                                                      std::span<const List> lists,
                                                      const std::stop_token& stop) {
    std::vector<json::Value> objects;
    std::vector<List> open(lists.begin(), lists.end());
    for (int page = 1; !open.empty(); ++page) {
        if (page > kMostPages) {
            throw Error(ErrorKind::Transport,
                        fmt::format("cloudflare: {}: there are more than {} pages",
                                    open.front().call.doing, kMostPages));
        }
        std::vector<ServiceCall> calls;
        for (const List& list : open) {
            calls.push_back(list.call);
            calls.back().url += fmt::format("&page={}", page);
        }
        const std::vector<net::Response> responses = client.send_all(calls, stop);
        std::vector<List> longer;
        for (std::size_t i = 0; i < open.size(); ++i) {
            if (!is_success(responses[i])) {
                throw client.failure(open[i].call, responses[i]);
            }
            json::Value answer = cloudflare_answer(responses[i], open[i].call.doing);
            json::Value& result = answer.member("result");
            const std::size_t count = result.is_array() ? result.as_array().size() : 0;
            if (!is_last(answer, count, page, open[i].page_size)) {
                longer.push_back(open[i]);
            }
            for (std::size_t k = 0; k < count; ++k) {
                objects.push_back(std::move(answer.member("result").as_array()[k]));
            }
        }
        open = std::move(longer);
    }
    return objects;
}

}  // namespace kcert::dns01::cloudflare
