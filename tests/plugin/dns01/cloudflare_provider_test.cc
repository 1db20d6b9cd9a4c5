// SPDX-License-Identifier: Apache-2.0

#include "dns01/cloudflare/cloudflare_provider.h"

#include <algorithm>
#include <functional>

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "base/text.h"
#include "json/json.h"
#include "support/answering_http.h"
#include "support/manual_clock.h"

namespace kcert::dns01::cloudflare {
namespace {

using Catch::Matchers::Contains;
using Catch::Matchers::Equals;
using Texts = std::vector<std::pair<std::string, std::string>>;

constexpr std::string_view kBase = "https://api.cloudflare.com/client/v4";
const std::string kToken = "Sn3lZJTBX6kkg7OdcBUAxOO963GEIyGQqnFTOFYY";
const std::string kZoneId = "023e105f4ecef8ad9ca31a8372d0c353";

net::Response refusal(int status, int code, const std::string& message) {
    return {status,
            {},
            fmt::format(R"({{"success":false,"errors":[{{"code":{},"message":"{}"}}]}})", code,
                        message)};
}

/// One account with the zone example.com, held in memory.
struct Service {
    struct Record {
        std::string id, name, content;
    };
    std::string zone = "example.com";
    std::string permissions = R"(["#dns_records:edit","#dns_records:read","#zone:read"])";
    std::vector<Record> records;
    /// Called before each batch: another client.
    std::function<void(Service&)> before_batch;
    /// Answers in place of the service where it gives something.
    std::function<std::optional<net::Outcome>(const net::Request&)> instead;
    int batches = 0;
    int ids = 0;

    void add(const std::string& name, const std::string& content) {
        records.push_back({fmt::format("{:032x}", ++ids), name, content});
    }

    Texts texts() const {
        Texts texts;
        for (const Record& record : records) {
            texts.emplace_back(record.name, record.content);
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
        if (path.starts_with("/user/tokens/verify")) {
            return ok(R"({"id":"a","status":"active"})", 1, 1);
        }
        if (path.starts_with("/zones?")) {
            return ok(wanted(path, zone)
                          ? fmt::format(R"([{{"id":"{}","name":"{}","status":"active",
                                               "permissions":{}}}])",
                                        kZoneId, zone, permissions)
                          : "[]",
                      1, 1);
        }
        if (path == "/zones/" + kZoneId + "/dns_records/batch") {
            return batch(json::parse_json(request.body));
        }
        if (path.starts_with("/zones/" + kZoneId + "/dns_records?")) {
            return list(path);
        }
        return refusal(400, 7003, "Could not route");
    }

  private:
    static net::Response ok(const std::string& result, int page, std::size_t pages) {
        return {200,
                {},
                fmt::format(R"({{"success":true,"errors":[],"result":{},
                                          "result_info":{{"page":{},"total_pages":{}}}}})",
                            result, page, pages)};
    }

    static std::string parameter(const std::string& path, const std::string& name) {
        for (const std::string& part : split(path.substr(path.find('?') + 1), '&')) {
            if (part.starts_with(name + "=")) {
                return part.substr(name.size() + 1);
            }
        }
        return {};
    }

    static bool wanted(const std::string& path, const std::string& name) {
        return parameter(path, "name").empty() || parameter(path, "name") == name;
    }

    net::Response list(const std::string& path) const {
        const std::size_t size = std::stoul(parameter(path, "per_page"));
        const std::size_t page = std::stoul(parameter(path, "page"));
        json::Value found = json::Value::array();
        std::size_t count = 0;
        for (const Record& record : records) {
            if (wanted(path, record.name) && ++count > (page - 1) * size && count <= page * size) {
                found.push_back(json::Value::object({{"id", record.id},
                                                     {"type", "TXT"},
                                                     {"name", record.name},
                                                     {"content", record.content}}));
            }
        }
        return ok(json::write_json(found), static_cast<int>(page), (count + size - 1) / size);
    }

    net::Response batch(const json::Value& body) {
        ++batches;
        if (before_batch) {
            before_batch(*this);
        }
        std::vector<Record> changed = records;
        for (const json::Value& item :
             body["deletes"].is_array() ? body["deletes"].as_array() : json::Value::Array()) {
            if (std::erase_if(changed, [&](const Record& record) {
                    return record.id == item.text({"id"});
                }) == 0) {
                return refusal(404, 81044, "Record does not exist.");
            }
        }
        for (const json::Value& item :
             body["posts"].is_array() ? body["posts"].as_array() : json::Value::Array()) {
            const Record record{fmt::format("{:032x}", ++ids), std::string(item.text({"name"})),
                                std::string(item.text({"content"}))};
            if (std::ranges::any_of(changed, [&](const Record& other) {
                    return other.name == record.name && other.content == record.content;
                })) {
                return refusal(400, 81058, "An identical record already exists.");
            }
            changed.push_back(record);
        }
        records = changed;
        return ok("{}", 1, 1);
    }
};

struct World {
    Service service;
    testing::ManualClock clock;
    testing::AnsweringHttp http{
        [this](const net::Request& request) { return service.answer(request); }};
    CloudflareProvider provider{
        {.base = std::string(kBase), .secret = Sensitive(kToken)}, http, clock};

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
    std::string failure_to_verify() {
        const std::vector<std::string> zones{"example.com."};
        return failure([&] { provider.verify(zones, {}); });
    }
    ErrorKind kind = ErrorKind::Internal;
};

TxtRecord record(const std::string& name, const std::string& value) {
    return {.zone = "example.com.", .name = name + ".", .value = value};
}

const std::string kName = "_acme-challenge.example.com";
const std::vector<TxtRecord> kTwo{record(kName, "one"), record(kName, "two")};

TEST_CASE("cloudflare's records of a zone are added in one batch, beside their neighbours",
          "[dns01][unit]") {
    World world;
    world.service.add(kName, "\"spf\"");

    world.provider.present(kTwo, {});

    CHECK(world.service.texts() ==
          Texts{{kName, "\"spf\""}, {kName, "\"one\""}, {kName, "\"two\""}});
    CHECK(world.http.calls() ==
          std::vector<std::string>{
              fmt::format("GET {}/zones?name=example.com&per_page=50&page=1", kBase),
              fmt::format("GET {}/zones/{}/dns_records?type=TXT&per_page=100&name={}&page=1", kBase,
                          kZoneId, kName),
              fmt::format("POST {}/zones/{}/dns_records/batch", kBase, kZoneId)});
    const net::Request sent = world.http.requests().back();
    CHECK(std::ranges::count(sent.headers, std::pair<std::string, std::string>(
                                               "Authorization", "Bearer " + kToken)) == 1);
    CHECK(json::parse_json(sent.body)["posts"].as_array()[0]["ttl"].as_int() == 120);
}

TEST_CASE("a global key goes with its e-mail address", "[dns01][unit]") {
    World world;
    CloudflareProvider provider({.base = std::string(kBase),
                                 .login = CloudflareLogin::GlobalKey,
                                 .email = "me@example.com",
                                 .secret = Sensitive("key")},
                                world.http, world.clock);

    provider.present(kTwo, {});

    CHECK(world.http.requests().front().headers ==
          net::Headers{{"X-Auth-Email", "me@example.com"}, {"X-Auth-Key", "key"}});
}

TEST_CASE("what stands there already is not added again, quoted or not", "[dns01][unit]") {
    World world;
    world.service.add(kName, "one");

    world.provider.present(kTwo, {});
    world.provider.present(kTwo, {});

    CHECK(world.service.texts() == Texts{{kName, "one"}, {kName, "\"two\""}});
    CHECK(world.service.batches == 1);
}

TEST_CASE("only our own values are removed, and twice is no error", "[dns01][unit]") {
    World world;
    world.service.add(kName, "\"spf\"");
    world.service.add(kName, "\"o\" \"ne\"");
    world.service.add("www.example.com", "\"two\"");

    world.provider.clean_up(kTwo, {});
    world.provider.clean_up(kTwo, {});

    CHECK(world.service.texts() == Texts{{kName, "\"spf\""}, {"www.example.com", "\"two\""}});
    CHECK(world.service.batches == 1);
}

TEST_CASE("where another client adds the same record first, the rest is added", "[dns01][unit]") {
    World world;
    world.service.before_batch = [](Service& service) {
        if (service.batches == 1) {
            service.add(kName, "\"one\"");
            service.add(kName, "\"theirs\"");
        }
    };

    world.provider.present(kTwo, {});

    CHECK(world.service.texts() ==
          Texts{{kName, "\"one\""}, {kName, "\"theirs\""}, {kName, "\"two\""}});
}

TEST_CASE("where another client removes a record first, the rest is removed", "[dns01][unit]") {
    World world;
    world.service.add(kName, "\"one\"");
    world.service.add(kName, "\"two\"");
    world.service.add(kName, "\"theirs\"");
    world.service.before_batch = [](Service& service) {
        if (service.batches == 1) {
            service.records.erase(service.records.begin());
        }
    };

    world.provider.clean_up(kTwo, {});

    CHECK(world.service.texts() == Texts{{kName, "\"theirs\""}});
}

TEST_CASE("a batch whose answer was lost is not done twice", "[dns01][unit]") {
    World world;
    world.service.instead = [&](const net::Request& request) -> std::optional<net::Outcome> {
        if (request.method != "POST" || world.service.batches > 0) {
            return std::nullopt;
        }
        world.service.instead = {};
        world.service.answer(request);
        Error lost(ErrorKind::Transport, "the connection was closed");
        lost.mark_cut_off();
        return lost;
    };

    world.provider.present(kTwo, {});

    CHECK(world.service.texts() == Texts{{kName, "\"one\""}, {kName, "\"two\""}});
}

TEST_CASE("a client that is always faster is given up", "[dns01][unit]") {
    World world;
    world.service.instead = [](const net::Request& request) -> std::optional<net::Outcome> {
        return request.method == "POST"
                   ? std::optional<net::Outcome>(refusal(400, 81058, "An identical record"))
                   : std::nullopt;
    };

    CHECK_THAT(world.failure_to_present(kTwo), Contains("5 times in a row"));
    CHECK(world.clock.sleeps().size() == 5);
}

TEST_CASE("more records than one batch holds go in several", "[dns01][unit]") {
    World world;
    std::vector<TxtRecord> records;
    for (int i = 0; i < 201; ++i) {
        records.push_back(record(kName, fmt::format("value-{}", i)));
    }

    world.provider.present(records, {});
    CHECK(world.service.batches == 2);
    CHECK(world.service.records.size() == 201);

    world.provider.clean_up(records, {});
    CHECK(world.service.records.empty());
}

TEST_CASE("many names are looked for in one list of the zone", "[dns01][unit]") {
    World world;
    std::vector<TxtRecord> records;
    for (int i = 0; i < 20; ++i) {
        records.push_back(record(fmt::format("_acme-challenge.n{}.example.com", i), "one"));
    }
    world.service.add("www.example.com", "\"one\"");

    world.provider.present(records, {});
    CHECK(world.http.requests().size() == 3);

    world.provider.clean_up(records, {});
    CHECK(world.service.texts() == Texts{{"www.example.com", "\"one\""}});
}

TEST_CASE("a list of records is read to its last page", "[dns01][unit]") {
    World world;
    for (int i = 0; i < 100; ++i) {
        world.service.add(kName, fmt::format("\"neighbour-{}\"", i));
    }
    world.service.add(kName, "\"one\"");

    world.provider.clean_up(kTwo, {});

    CHECK(world.service.records.size() == 100);
}

TEST_CASE("a list without an end is an error", "[dns01][unit]") {
    World world;
    world.service.instead = [](const net::Request& request) -> std::optional<net::Outcome> {
        return request.url.find("dns_records") == std::string::npos
                   ? std::nullopt
                   : std::optional<net::Outcome>(
                         net::Response{200, {}, R"({"success":true,"result":[],
                                      "result_info":{"total_pages":1000000000}})"});
    };

    CHECK_THAT(world.failure_to_present(kTwo), Contains("more than 100 pages"));
}

TEST_CASE("where the account does not hold DNS's zone, the longest that encloses the name is it",
          "[dns01][unit]") {
    World world;

    world.provider.present(std::vector<TxtRecord>{{.zone = "deep.www.example.com.",
                                                   .name = "_acme-challenge.deep.www.example.com.",
                                                   .value = "one"}},
                           {});

    CHECK(world.service.texts() == Texts{{"_acme-challenge.deep.www.example.com", "\"one\""}});
}

TEST_CASE("a zone that is not there is told with those that are", "[dns01][unit]") {
    World world;
    world.service.zone = "other.test";

    CHECK_THAT(world.failure_to_present(kTwo),
               Contains("no zone of this account holds _acme-challenge.example.com.; it has: "
                        "other.test.") &&
                   Contains("Zone:Read"));
    CHECK(world.kind == ErrorKind::Declined);
}

TEST_CASE("of two zones of one name the active one is taken", "[dns01][unit]") {
    World world;
    world.service.instead = [](const net::Request& request) -> std::optional<net::Outcome> {
        return request.url.find("/zones?") == std::string::npos
                   ? std::nullopt
                   : std::optional<net::Outcome>(net::Response{200,
                                                               {},
                                                               R"({"success":true,"result":[
                             {"id":"0a","name":"example.com","status":"pending"},
                             {"id":"..","name":"example.com","status":"active"},
                             {"id":"023e105f4ecef8ad9ca31a8372d0c353","name":"example.com",
                              "status":"active"}],"result_info":{"total_pages":1}})"});
    };

    world.provider.present(kTwo, {});

    CHECK(world.service.records.size() == 2);
}

TEST_CASE("verify logs in, finds the zone and changes nothing", "[dns01][unit]") {
    World world;

    CHECK(world.failure_to_verify() == "nothing failed");
    CHECK(std::ranges::none_of(world.http.requests(),
                               [](const auto& request) { return request.method != "GET"; }));
}

TEST_CASE("verify tells that a credential may only read", "[dns01][unit]") {
    World world;
    world.service.permissions = R"(["#dns_records:read","#zone:read"])";

    CHECK_THAT(world.failure_to_verify(), Contains("DNS:Edit") && Contains("example.com."));

    world.service.permissions = "[]";
    CHECK(world.failure_to_verify() == "nothing failed");
}

TEST_CASE("verify tells an expired token, and believes what works of an account's token",
          "[dns01][unit]") {
    World world;
    net::Response verdict{200, {}, R"({"success":true,"result":{"status":"expired"}})"};
    world.service.instead = [&](const net::Request& request) -> std::optional<net::Outcome> {
        return request.url.ends_with("/verify") ? std::optional<net::Outcome>(verdict)
                                                : std::nullopt;
    };
    CHECK_THAT(world.failure_to_verify(), Contains("expired"));

    verdict = refusal(401, 1000, "Invalid API Token");
    CHECK(world.failure_to_verify() == "nothing failed");
}

TEST_CASE("cloudflare's codes are told as advice", "[dns01][unit]") {
    struct Case {
        int status, code;
        const char* advice;
    };
    const Case refused = GENERATE(
        Case{403, 10000, "sees this zone and lacks the permission DNS:Edit for it"},
        Case{403, 9109, "lacks the permission DNS:Edit"}, Case{400, 6003, "form"},
        Case{403, 12345, "lacks the permission DNS:Edit"}, Case{400, 7003, "no zone or record"},
        Case{400, 81045, "as many records as its plan allows"}, Case{400, 81054, "cnameStrategy"},
        Case{400, 9999, "Cloudflare says 9999 \"told"});
    World world;
    world.service.instead = [&](const net::Request& request) -> std::optional<net::Outcome> {
        return request.method == "POST"
                   ? std::optional<net::Outcome>(
                         refusal(refused.status, refused.code, "told \\u001b[31m about " + kToken))
                   : std::nullopt;
    };

    const std::string failure = world.failure_to_present(kTwo);
    if (refused.code != 9999) {
        CHECK_THAT(failure, Contains(refused.advice));
    }
    CHECK_THAT(failure, Contains("zone example.com.") && Contains(std::to_string(refused.code)));
    CHECK(world.kind == ErrorKind::Declined);
    CHECK(world.clock.sleeps().empty());
}

TEST_CASE("the causes behind cloudflare's error are told", "[dns01][unit]") {
    const net::Response response{400, {}, R"({"success":false,"errors":[
        {"code":6003,"message":"Invalid request headers","error_chain":[
            {"code":6103,"message":"Invalid format for X-Auth-Key header"}]}]})"};
    World world;
    world.service.instead = [&](const net::Request&) { return net::Outcome(response); };

    CHECK_THAT(world.failure_to_present(kTwo),
               Contains("an API token belongs in apiTokenSecretRef") &&
                   Contains("6103 \"Invalid format for X-Auth-Key header\""));
}

TEST_CASE("a rate limit is waited for, whatever its status", "[dns01][unit]") {
    World world;
    int left = 2;
    world.service.instead = [&](const net::Request&) -> std::optional<net::Outcome> {
        return left-- > 0 ? std::optional<net::Outcome>(refusal(400, 971, "Please wait"))
                          : std::nullopt;
    };

    CHECK(world.failure_to_present(kTwo) == "nothing failed");
    CHECK(world.clock.sleeps().size() == 2);
}

TEST_CASE("what is no answer of cloudflare's is told and leads nowhere", "[dns01][unit]") {
    const char* body =
        GENERATE("", "<html>", "[]", "null", R"({"success":"yes"})", R"({"success":false})",
                 R"({"success":true,"result":7})", R"({"success":true,"result":[1,null,{"id":7}]})",
                 R"({"success":true,"result":[{"id":"../../user","name":"example.com"}]})");
    World world;
    world.service.instead = [&](const net::Request&) { return net::Response{200, {}, body}; };

    CHECK_THAT(world.failure_to_present(kTwo), !Equals("nothing failed"));
    CHECK(std::ranges::none_of(world.http.requests(),
                               [](const auto& request) { return request.method != "GET"; }));
}

TEST_CASE("records that were not asked for are not removed", "[dns01][unit]") {
    World world;
    world.service.instead = [](const net::Request& request) -> std::optional<net::Outcome> {
        return request.url.find("dns_records?") == std::string::npos
                   ? std::nullopt
                   : std::optional<net::Outcome>(
                         net::Response{200,
                                       {},
                                       R"({"success":true,"result_info":{"total_pages":1},"result":[
                             {"id":"1","type":"CNAME","name":"_acme-challenge.example.com","content":"one"},
                             {"id":"2","type":"TXT","name":"www.example.com","content":"one"},
                             {"id":"3/4","type":"TXT","name":"_acme-challenge.example.com","content":"one"}]})"});
    };

    world.provider.clean_up(kTwo, {});

    CHECK(world.service.batches == 0);
}

TEST_CASE("a zone that fails is named, and the other is dealt with", "[dns01][unit]") {
    World world;
    std::vector<TxtRecord> records = kTwo;
    records.push_back({.zone = "other.test.", .name = "_acme-challenge.other.test.", .value = "x"});

    try {
        world.provider.present(records, {});
        FAIL("nothing was thrown");
    } catch (const ZonesError& error) {
        REQUIRE(error.failures().size() == 1);
        CHECK(error.failures()[0].zone == "other.test.");
    }
    CHECK(world.service.records.size() == 2);
}

}  // namespace
}  // namespace kcert::dns01::cloudflare
