// SPDX-License-Identifier: Apache-2.0

#include "dns01/digitalocean/digitalocean_provider.h"

#include <algorithm>
#include <functional>

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "base/text.h"
#include "json/json.h"
#include "support/answering_http.h"
#include "support/manual_clock.h"

namespace kcert::dns01::digitalocean {
namespace {

using Catch::Matchers::Contains;
using Catch::Matchers::Equals;
using Texts = std::vector<std::pair<std::string, std::string>>;

const std::string kBase = "https://api.digitalocean.com";
const std::string kToken = "dop_v1_" + std::string(64, 'a');
const std::string kRecords = "/v2/domains/example.com/records";

net::Response refusal(int status, const std::string& id, net::Headers headers = {}) {
    return {status, std::move(headers),
            fmt::format(R"({{"id":"{}","message":"what about {}?"}})", id, kToken)};
}

/// An account's domain example.com, held in memory; its records are a bag.
struct Service {
    struct Record {
        int id;
        std::string name, data;
    };
    std::vector<std::string> domains{"example.com"};
    std::vector<Record> records;
    /// Answers in place of the service where it gives something.
    std::function<std::optional<net::Outcome>(const net::Request&)> instead;
    int ids = 0;

    void add(const std::string& name, const std::string& data) {
        records.push_back({++ids, name, data});
    }

    Texts texts() const {
        Texts texts;
        for (const Record& record : records) {
            texts.emplace_back(record.name, record.data);
        }
        return texts;
    }

    net::Outcome answer(const net::Request& request) {
        if (instead) {
            if (auto other = instead(request)) {
                return *std::move(other);
            }
        }
        const std::string path = request.url.substr(kBase.size());
        if (path.starts_with("/v2/domains?")) {
            json::Value found = json::Value::array();
            for (const std::string& domain : domains) {
                found.push_back(json::Value::object({{"name", domain}}));
            }
            return page("domains", found, path);
        }
        if (path.starts_with(kRecords + "?")) {
            return page("domain_records", found(path), path);
        }
        if (request.method == "POST" && path == kRecords) {
            const json::Value body = json::parse_json(request.body);
            add(std::string(body.text({"name"})), std::string(body.text({"data"})));
            return net::Response{201, {}, R"({"domain_record":{}})"};
        }
        if (request.method == "DELETE" && path.starts_with(kRecords + "/")) {
            const int id = std::stoi(path.substr(kRecords.size() + 1));
            const auto gone =
                std::erase_if(records, [&](const Record& record) { return record.id == id; });
            return net::Response{gone == 0 ? 404 : 204, {}, ""};
        }
        return refusal(404, "not_found");
    }

  private:
    static std::string parameter(const std::string& path, const std::string& name) {
        for (const std::string& part : split(path.substr(path.find('?') + 1), '&')) {
            if (part.starts_with(name + "=")) {
                return part.substr(name.size() + 1);
            }
        }
        return {};
    }

    json::Value found(const std::string& path) const {
        const std::string wanted = parameter(path, "name");
        json::Value found = json::Value::array();
        for (const Record& record : records) {
            const std::string name =
                record.name == "@" ? "example.com" : record.name + ".example.com";
            if (wanted.empty() || wanted == name) {
                found.push_back(json::Value::object({{"id", record.id},
                                                     {"type", "TXT"},
                                                     {"name", record.name},
                                                     {"data", record.data}}));
            }
        }
        return found;
    }

    /// The next page's URL leads to a host of its own, which nobody shall follow.
    static net::Response page(const std::string& member, const json::Value& all,
                              const std::string& path) {
        const std::size_t size = std::stoul(parameter(path, "per_page"));
        const std::size_t number = std::stoul(parameter(path, "page"));
        json::Value shown = json::Value::array();
        for (std::size_t i = (number - 1) * size;
             i < std::min(all.as_array().size(), number * size); ++i) {
            shown.push_back(all.as_array()[i]);
        }
        json::Value pages = json::Value::object();
        if (number * size < all.as_array().size()) {
            pages.set("next", "https://elsewhere.test/?page=2");
        }
        return {200,
                {},
                json::write_json(json::Value::object(
                    {{member, shown}, {"links", json::Value::object({{"pages", pages}})}}))};
    }
};

struct World {
    Service service;
    testing::ManualClock clock;
    testing::AnsweringHttp http{
        [this](const net::Request& request) { return service.answer(request); }};
    DigitalOceanProvider provider{{.base = kBase, .token = Sensitive(kToken)}, http, clock};
    ErrorKind kind = ErrorKind::Internal;

    std::string failure(const std::function<void()>& step) {
        try {
            step();
        } catch (const Error& error) {
            kind = error.kind();
            CHECK_THAT(error.what(), !Contains(kToken));
            return error.what();
        }
        return "nothing failed";
    }
    std::string failure_to_present(const std::vector<TxtRecord>& records) {
        return failure([&] { provider.present(records, {}); });
    }
    long count(const std::string& method) const {
        return std::ranges::count(http.requests(), method, &net::Request::method);
    }
};

TxtRecord record(const std::string& name, const std::string& value) {
    return {.zone = "example.com.", .name = name + ".example.com.", .value = value};
}

const std::string kName = "_acme-challenge";
const std::vector<TxtRecord> kTwo{record(kName, "one"), record(kName, "two")};

TEST_CASE("digitalocean's records are added beside their neighbours, by names within the domain",
          "[dns01][unit]") {
    World world;
    world.service.add(kName, "v=spf1 -all");

    world.provider.present(kTwo, {});

    CHECK(world.service.texts() == Texts{{kName, "v=spf1 -all"}, {kName, "one"}, {kName, "two"}});
    const std::vector<std::string> calls = world.http.calls();
    REQUIRE(calls.size() == 4);
    CHECK(calls[0] == "GET " + kBase + "/v2/domains?per_page=200&page=1");
    CHECK(calls[1] == "GET " + kBase + kRecords +
                          "?type=TXT&per_page=200&name=_acme-challenge.example.com&page=1");
    const net::Request sent = world.http.requests().back();
    CHECK(sent.headers.back() ==
          std::pair<std::string, std::string>("Authorization", "Bearer " + kToken));
    CHECK(json::parse_json(sent.body)["ttl"].as_int() == 60);
}

TEST_CASE("present twice, in quotes or not, adds once", "[dns01][unit]") {
    World world;
    world.service.add(kName, "\"one\"");

    world.provider.present(kTwo, {});
    world.provider.present(kTwo, {});

    CHECK(world.service.texts() == Texts{{kName, "\"one\""}, {kName, "two"}});
}

TEST_CASE("all records of our value are removed and no others, and twice is no error",
          "[dns01][unit]") {
    World world;
    world.service.add(kName, "one");
    world.service.add(kName, "theirs");
    world.service.add(kName, "one");
    world.service.add("www", "one");
    world.service.add("@", "two");

    world.provider.clean_up(kTwo, {});
    world.provider.clean_up(kTwo, {});

    CHECK(world.service.texts() == Texts{{kName, "theirs"}, {"www", "one"}, {"@", "two"}});
}

TEST_CASE("a record that another client removes first is no error", "[dns01][unit]") {
    World world;
    world.service.add(kName, "one");
    world.service.add(kName, "two");
    world.service.instead = [&](const net::Request& request) -> std::optional<net::Outcome> {
        if (request.method == "DELETE") {
            world.service.instead = {};
            world.service.records.erase(world.service.records.begin());
        }
        return std::nullopt;
    };

    world.provider.clean_up(kTwo, {});

    CHECK(world.service.records.empty());
}

TEST_CASE("after a lost answer we look before we add again", "[dns01][unit]") {
    World world;
    const bool taken = GENERATE(true, false);
    const bool cut = GENERATE(true, false);
    int left = 1;
    world.service.instead = [&](const net::Request& request) -> std::optional<net::Outcome> {
        if (request.method != "POST" || left-- <= 0) {
            return std::nullopt;
        }
        if (taken) {
            world.service.answer(request);
        }
        if (!cut) {
            return net::Response{500, {}, "oops"};
        }
        Error lost(ErrorKind::Transport, "the connection was closed");
        lost.mark_cut_off();
        return lost;
    };

    world.provider.present(kTwo, {});

    Texts texts = world.service.texts();
    std::ranges::sort(texts);
    CHECK(texts == Texts{{kName, "one"}, {kName, "two"}});
}

TEST_CASE("a service that stays broken is given up", "[dns01][unit]") {
    World world;
    world.service.instead = [&](const net::Request& request) -> std::optional<net::Outcome> {
        return request.method == "POST"
                   ? std::optional<net::Outcome>(net::Response{500, {}, "oops"})
                   : std::nullopt;
    };

    CHECK_THAT(world.failure_to_present(kTwo),
               Contains("adding a record to domain example.com.: HTTP status 500"));
    CHECK(world.kind == ErrorKind::Transport);
    CHECK(world.count("POST") == 10);
}

TEST_CASE("lists are read to their last page, and no URL of an answer is followed",
          "[dns01][unit]") {
    World world;
    world.service.domains.assign(200, "other.test");
    world.service.domains.emplace_back("example.com");
    for (int i = 0; i < 200; ++i) {
        world.service.add(kName, fmt::format("neighbour {}", i));
    }
    world.service.add(kName, "one");

    world.provider.clean_up(kTwo, {});

    CHECK(world.service.records.size() == 200);
    CHECK(std::ranges::all_of(world.http.requests(), [](const net::Request& request) {
        return request.url.starts_with(kBase);
    }));
}

TEST_CASE("a list of domains without an end is an error", "[dns01][unit]") {
    World world;
    world.service.instead = [](const net::Request&) {
        return net::Response{
            200, {}, R"({"domains":[],"links":{"pages":{"next":"https://api.test/"}}})"};
    };

    CHECK_THAT(world.failure_to_present(kTwo), Contains("more than 100 pages"));
}

TEST_CASE("many names are looked for in one list of the domain", "[dns01][unit]") {
    World world;
    std::vector<TxtRecord> records;
    for (int i = 0; i < 20; ++i) {
        records.push_back(record(fmt::format("{}.n{}", kName, i), "one"));
    }

    world.provider.present(records, {});
    CHECK(world.count("GET") == 2);
    CHECK(world.service.records.size() == 20);

    world.provider.clean_up(records, {});
    CHECK(world.service.records.empty());
}

TEST_CASE("the longest domain that encloses the name is taken where DNS's is not held",
          "[dns01][unit]") {
    World world;

    world.provider.present(std::vector<TxtRecord>{{.zone = "deep.www.example.com.",
                                                   .name = "_acme-challenge.deep.www.example.com.",
                                                   .value = "one"}},
                           {});

    CHECK(world.service.texts() == Texts{{"_acme-challenge.deep.www", "one"}});
}

TEST_CASE("a domain that is not there is told with those that are", "[dns01][unit]") {
    World world;
    world.service.domains = {"other.test"};

    CHECK_THAT(world.failure_to_present(kTwo),
               Contains("no zone of this account holds _acme-challenge.example.com.; it has: "
                        "other.test."));
    CHECK(world.kind == ErrorKind::Declined);
}

TEST_CASE("verify logs in, reads and changes nothing", "[dns01][unit]") {
    World world;
    const std::vector<std::string> zones{"example.com."};

    world.provider.verify(zones, {});

    CHECK(world.count("GET") == 2);
    CHECK(world.http.requests().size() == 2);

    world.service.instead = [](const net::Request&) { return refusal(401, "unauthorized"); };
    CHECK_THAT(world.failure([&] { world.provider.verify(zones, {}); }),
               Contains("the API token is not valid"));
}

TEST_CASE("digitalocean's refusals are told as advice, and are final", "[dns01][unit]") {
    struct Case {
        int status;
        const char* id;
        const char* advice;
    };
    const Case refused =
        GENERATE(Case{401, "unauthorized", "token is not valid"},
                 Case{403, "forbidden", "domain:create"}, Case{404, "not_found", "no such domain"},
                 Case{422, "unprocessable_entity", "does not take it"},
                 Case{418, "teapot", "HTTP status 418"});
    World world;
    world.service.instead = [&](const net::Request& request) -> std::optional<net::Outcome> {
        return request.method == "POST"
                   ? std::optional<net::Outcome>(refusal(refused.status, refused.id))
                   : std::nullopt;
    };

    CHECK_THAT(world.failure_to_present(std::vector<TxtRecord>{kTwo[0]}),
               Contains(refused.advice) && Contains(refused.id));
    CHECK(world.kind == ErrorKind::Declined);
    CHECK(world.count("POST") == 1);
}

TEST_CASE("a rate limit is waited for until it has room, or told with that instant",
          "[dns01][unit]") {
    World world;
    // The clock stands at 2026-11-23T00:00:00Z.
    std::string reset = "1795392030";
    int left = 1;
    world.service.instead = [&](const net::Request&) -> std::optional<net::Outcome> {
        return left-- > 0 ? std::optional<net::Outcome>(
                                refusal(429, "too_many_requests",
                                        {{"ratelimit-remaining", "0"}, {"ratelimit-reset", reset}}))
                          : std::nullopt;
    };
    CHECK(world.failure_to_present(kTwo) == "nothing failed");
    CHECK(world.clock.sleeps() == std::vector<Duration>{std::chrono::seconds(30)});

    reset = "1795395600";
    left = 1;
    CHECK_THAT(world.failure_to_present(kTwo),
               Contains("5000 an hour") && Contains("asks to wait until 2026-11-23T01:00:00Z"));
}

TEST_CASE("nonsense in the rate limit's headers is passed over", "[dns01][unit]") {
    const Time now = testing::ManualClock().now();
    const auto wait = [&](const char* reset, const char* remaining) {
        return digitalocean_wait(
            {429, {{"ratelimit-reset", reset}, {"ratelimit-remaining", remaining}}, ""}, now);
    };

    CHECK(wait("1795392030", "0") == std::chrono::seconds(30));
    CHECK(wait("1", "0") == Duration::zero());
    CHECK(wait("-9223372036854775808", "0") == Duration::zero());
    CHECK(wait("9223372036854775807", "0") == std::chrono::hours(366 * 24));
    CHECK(wait("99999999999999999999", "0") == std::nullopt);
    CHECK(wait("soon", "0") == std::nullopt);
    CHECK(wait("1795392030", "17") == std::nullopt);
    CHECK(digitalocean_wait({500, {{"ratelimit-reset", "1795392030"}}, ""}, now) == std::nullopt);
}

TEST_CASE("what is no answer of digitalocean's is told", "[dns01][unit]") {
    const char* body =
        GENERATE("", "<html>", "[]", "null", "{}", R"({"domains":7})", R"({"domains":[1,null]})",
                 R"({"domains":[{"name":"../account"}],"links":[]})");
    World world;
    world.service.instead = [&](const net::Request&) { return net::Response{200, {}, body}; };

    CHECK_THAT(world.failure_to_present(kTwo), !Equals("nothing failed"));
    CHECK(world.count("POST") == 0);
}

TEST_CASE("records of hostile kinds are not removed", "[dns01][unit]") {
    World world;
    world.service.instead = [](const net::Request& request) -> std::optional<net::Outcome> {
        return request.url.find("/records?") == std::string::npos
                   ? std::nullopt
                   : std::optional<net::Outcome>(net::Response{200,
                                                               {},
                                                               R"({"domain_records":[null,
                             {"id":"../1","type":"TXT","name":"_acme-challenge","data":"one"},
                             {"id":2.5,"type":"TXT","name":"_acme-challenge","data":"one"},
                             {"id":3,"type":"CNAME","name":"_acme-challenge","data":"one"},
                             {"id":4,"type":"TXT","name":"www","data":"one"}]})"});
    };

    world.provider.clean_up(kTwo, {});

    CHECK(world.count("DELETE") == 0);
}

TEST_CASE("what is no token of digitalocean's API is told", "[dns01][unit]") {
    const auto refused = [](const std::string& token) {
        try {
            read_digitalocean_config({{"tokenSecretRef", Sensitive(token)}}, {});
        } catch (const Error& error) {
            return std::string(error.what());
        }
        return std::string("nothing failed");
    };

    CHECK_THAT(refused("dor_v1_" + std::string(64, 'a')), Contains("refresh token"));
    CHECK_THAT(refused("DO00ABCDEFGHIJKLMNOP"), Contains("Spaces"));
    CHECK(refused(" " + kToken + "\n") == "nothing failed");
    CHECK(refused(std::string(64, 'a')) == "nothing failed");
}

}  // namespace
}  // namespace kcert::dns01::digitalocean
