// SPDX-License-Identifier: Apache-2.0

#include "dns01/clouddns/clouddns_provider.h"

#include <algorithm>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "support/clouddns_service.h"
#include "support/manual_clock.h"
#include "support/service_account.h"

namespace kcert::dns01::clouddns {
namespace {

using Catch::Matchers::Contains;
using testing::ClouddnsService;
using Set = ClouddnsService::Set;

const std::string kName = "_acme-challenge.example.com.";
const std::vector<TxtRecord> kRecords{{"example.com.", kName, "apex"},
                                      {"example.com.", kName, "wildcard"}};

struct World {
    testing::ManualClock clock;
    ClouddnsService service;
    ClouddnsProvider provider;

    World()
        : provider(
              read_clouddns_config(
                  json::Value::object(
                      {{"project", "my-project"},
                       {"serviceAccountSecretRef", json::Value::object({{"name", "google"}})}}),
                  {{"serviceAccountSecretRef", testing::text_of(testing::service_account())}}, {}),
              service.http, clock) {}

    std::string failure(std::span<const TxtRecord> records = kRecords) {
        try {
            provider.present(records, {});
        } catch (const Error& error) {
            return error.what();
        }
        return "nothing failed";
    }

    std::string verified(const std::vector<std::string>& zones) {
        try {
            provider.verify(zones, {});
        } catch (const Error& error) {
            return error.what();
        }
        return "nothing failed";
    }

    std::map<std::string, Set>& sets() { return service.sets["zone-com"]; }

    std::ptrdiff_t calls_with(std::string_view part) const {
        const std::vector<std::string> calls = service.http.calls();
        return std::ranges::count_if(
            calls, [&](const std::string& call) { return call.find(part) != std::string::npos; });
    }
};

TEST_CASE("all records of a zone stand after one login and one change", "[dns01][unit]") {
    World world;
    std::vector<TxtRecord> records = kRecords;
    for (int i = 0; i < 10; ++i) {
        records.push_back({"example.com.", "x" + std::to_string(i) + ".example.com.", "value"});
    }

    world.provider.present(records, {});

    CHECK(world.service.logins == 1);
    CHECK(world.service.changes.size() == 1);
    CHECK(world.calls_with("managedZones?") == 1);
    CHECK(world.sets().size() == 11);
    CHECK(world.sets().at(kName) == Set{60, {"\"apex\"", "\"wildcard\""}});
}

TEST_CASE("present twice, clean up twice and clean up without present are no errors",
          "[dns01][unit]") {
    World world;

    world.provider.clean_up(kRecords, {});
    world.provider.present(kRecords, {});
    world.provider.present(kRecords, {});
    CHECK(world.service.changes.size() == 1);
    world.provider.clean_up(kRecords, {});
    world.provider.clean_up(kRecords, {});

    CHECK(world.sets().empty());
    CHECK(world.service.changes.size() == 2);
    CHECK(world.service.logins == 1);
}

TEST_CASE("a neighbour's value and TTL survive both halves of a run", "[dns01][unit]") {
    World world;
    const Set neighbour{3600, {"\"v=spf1\" \" -all\"", "\"a\\\"b\""}};
    world.sets()[kName] = neighbour;

    world.provider.present(kRecords, {});
    CHECK(world.sets().at(kName).data.size() == 4);
    CHECK(world.sets().at(kName).ttl == 3600);
    world.provider.clean_up(kRecords, {});

    CHECK(world.sets().at(kName) == neighbour);
}

TEST_CASE("who writes in between is not overwritten: the change is planned anew", "[dns01][unit]") {
    World world;
    int others = 0;
    std::vector<std::string> expected;
    SECTION("a set appears (409)") {
        world.service.before_change = [&] {
            if (others++ == 0) {
                world.sets()[kName] = {300, {"\"other\""}};
            }
        };
        expected = {"\"other\"", "\"apex\"", "\"wildcard\""};
    }
    SECTION("a set grows (412)") {
        world.sets()[kName] = {300, {"\"first\""}};
        world.service.before_change = [&] {
            if (others++ == 0) {
                world.sets()[kName].data.emplace_back("\"other\"");
            }
        };
        expected = {"\"first\"", "\"other\"", "\"apex\"", "\"wildcard\""};
    }
    SECTION("a set vanishes (404)") {
        world.sets()[kName] = {300, {"\"first\""}};
        world.service.before_change = [&] {
            if (others++ == 0) {
                world.sets().erase(kName);
            }
        };
        expected = {"\"apex\"", "\"wildcard\""};
    }

    world.provider.present(kRecords, {});

    CHECK(world.sets().at(kName).data == expected);
    CHECK(others == 2);
}

TEST_CASE("one that never stops writing is told after a bounded number of tries", "[dns01][unit]") {
    World world;
    world.service.before_change = [&] { world.sets()[kName].data.emplace_back("\"other\""); };

    CHECK_THAT(world.failure(), Contains("zone example.com. in project my-project: somebody else "
                                         "changed the TXT records during each of 12 tries"));
}

TEST_CASE("clean-up plans anew as well", "[dns01][unit]") {
    World world;
    world.provider.present(kRecords, {});
    int others = 0;
    world.service.before_change = [&] {
        if (others++ == 0) {
            world.sets()[kName].data.emplace_back("\"other\"");
        }
    };

    world.provider.clean_up(kRecords, {});

    CHECK(world.sets().at(kName).data == std::vector<std::string>{"\"other\""});
}

TEST_CASE("a change is awaited until it is done, with growing pauses", "[dns01][unit]") {
    World world;
    world.service.polls_until_done = 5;

    world.provider.present(kRecords, {});

    CHECK(world.calls_with("/changes/7") == 5);
    const std::vector<Duration> sleeps = world.clock.sleeps();
    REQUIRE(sleeps.size() == 5);
    CHECK(sleeps.back() > sleeps.front());
}

TEST_CASE("one that stays pending is left to the name servers after three minutes",
          "[dns01][unit]") {
    World world;
    world.service.polls_until_done = 1'000'000;
    const Time begin = world.clock.now();

    CHECK(world.failure() == "nothing failed");
    CHECK(world.clock.now() - begin < std::chrono::seconds(190));
}

TEST_CASE("clean-up does not wait for the name servers", "[dns01][unit]") {
    World world;
    world.provider.present(kRecords, {});
    world.service.polls_until_done = 5;

    world.provider.clean_up(kRecords, {});

    CHECK(world.calls_with("/changes/7") == 0);
}

TEST_CASE("the public zone is taken before a private one of the same name", "[dns01][unit]") {
    World world;
    world.service.zones = {{"inside", "example.com.", "private"}, {"zone-com", "example.com."}};

    world.provider.present(kRecords, {});

    CHECK(world.sets().size() == 1);
    CHECK(world.service.sets["inside"].empty());
}

TEST_CASE("a zone that DNS has not found is the longest that the project holds, on any page",
          "[dns01][unit]") {
    World world;
    world.service.zones.clear();
    for (int i = 0; i < 250; ++i) {
        const std::string number = std::to_string(i);
        world.service.zones.push_back({"other-" + number, "other" + number + ".test."});
    }
    world.service.zones.push_back({"zone-com", "example.com."});

    world.provider.present(
        std::vector<TxtRecord>{{"www.example.com.", "_acme-challenge.www.example.com.", "v"}}, {});

    CHECK(world.sets().contains("_acme-challenge.www.example.com."));
    CHECK(world.calls_with("maxResults=100") == 3);
    CHECK(world.calls_with("pageToken=200") == 1);
}

TEST_CASE("a zone that the project does not hold is told with those that it does",
          "[dns01][unit]") {
    World world;
    world.service.zones = {{"other", "example.org."}};

    CHECK_THAT(world.failure(), Contains("clouddns: project my-project: no zone") &&
                                    Contains("it has: example.org."));
}

TEST_CASE("a record set on a later page is read", "[dns01][unit]") {
    World world;
    world.sets()[kName] = {60, {"\"neighbour\""}};
    world.service.instead = [](const net::Request& request) -> std::optional<net::Outcome> {
        if (request.url.find("/rrsets") == std::string::npos ||
            request.url.find("pageToken=") != std::string::npos) {
            return std::nullopt;
        }
        return net::Response{200, {}, R"({"rrsets":[],"nextPageToken":"0"})"};
    };

    world.provider.present(kRecords, {});

    CHECK(world.sets().at(kName).data.size() == 3);
}

TEST_CASE("pages without an end are an error", "[dns01][unit]") {
    World world;
    world.service.instead = [](const net::Request& request) -> std::optional<net::Outcome> {
        if (request.url.find("/rrsets") == std::string::npos) {
            return std::nullopt;
        }
        return net::Response{200, {}, R"({"nextPageToken":"again&x=../y"})"};
    };

    CHECK_THAT(world.failure(), Contains("more than 120 pages"));
    CHECK(world.calls_with("pageToken=again%26x%3D..%2Fy") == 119);
    CHECK(world.calls_with("pageToken=again%26x%3D..%2Fy&pageToken") == 0);
}

TEST_CASE("malformed answers lead nowhere", "[dns01][unit]") {
    World world;
    const auto* const answer =
        GENERATE("", "[]", "\"x\"", R"({"managedZones":7})", R"({"managedZones":[7,{"name":7}]})",
                 R"({"managedZones":[{"name":"../../x","dnsName":"example.com."}]})",
                 R"({"managedZones":[{"name":"zone-com/changes","dnsName":"example.com."}]})",
                 R"({"managedZones":[{"name":"zone-com","dnsName":"evil.test."}]})",
                 R"({"nextPageToken":7})");
    CAPTURE(answer);
    world.service.instead = [&](const net::Request& request) -> std::optional<net::Outcome> {
        return request.url.find("/managedZones?") != std::string::npos
                   ? std::optional<net::Outcome>(net::Response{200, {}, answer})
                   : std::nullopt;
    };

    CHECK(world.failure() != "nothing failed");
    CHECK(world.calls_with("/rrsets") + world.calls_with("/changes") == 0);
}

TEST_CASE("a change whose id cannot be asked for is left to the name servers", "[dns01][unit]") {
    World world;
    world.service.instead = [](const net::Request& request) -> std::optional<net::Outcome> {
        return request.method == "POST" && request.url.ends_with("/changes")
                   ? std::optional<net::Outcome>(
                         net::Response{200, {}, R"({"id":"../7","status":"pending"})"})
                   : std::nullopt;
    };

    CHECK(world.failure() == "nothing failed");
}

TEST_CASE("records of two zones are placed by a change each, with one login", "[dns01][unit]") {
    World world;
    world.service.zones.push_back({"zone-org", "example.org."});
    std::vector<TxtRecord> records = kRecords;
    records.push_back({"example.org.", "_acme-challenge.example.org.", "v"});

    world.provider.present(records, {});

    CHECK(world.service.changes.size() == 2);
    CHECK(world.service.logins == 1);
    CHECK(world.service.sets["zone-org"].size() == 1);
}

TEST_CASE("of two zones the one that fails is told, and the other one written", "[dns01][unit]") {
    World world;
    std::vector<TxtRecord> records = kRecords;
    records.push_back({"example.net.", "_acme-challenge.example.net.", "v"});

    try {
        world.provider.present(records, {});
        FAIL("nothing failed");
    } catch (const ZonesError& error) {
        REQUIRE(error.failures().size() == 1);
        CHECK(error.failures()[0].zone == "example.net.");
    }
    CHECK(world.sets().size() == 1);
}

TEST_CASE("more names than a change takes are split", "[dns01][unit]") {
    World world;
    std::vector<TxtRecord> records;
    for (int i = 0; i < 450; ++i) {
        records.push_back({"example.com.", "x" + std::to_string(i) + ".example.com.", "v"});
    }

    world.provider.present(records, {});

    CHECK(world.service.changes.size() == 3);
    CHECK(world.sets().size() == 450);
}

TEST_CASE("verify tells which permissions the credential lacks on the zone", "[dns01][unit]") {
    World world;
    CHECK(world.verified({"example.com."}) == "nothing failed");
    CHECK(world.service.changes.empty());

    world.service.granted = {"dns.resourceRecordSets.list"};

    CHECK_THAT(world.verified({"example.com."}),
               Contains("dns@my-project.iam.gserviceaccount.com may not edit zone example.com. "
                        "(zone-com) in project my-project: it lacks dns.changes.create, ") &&
                   Contains("roles/dns.admin") && !Contains("resourceRecordSets.list"));
    CHECK_THAT(world.verified({"example.net."}), Contains("no zone of this account"));
}

TEST_CASE("verify is content where the service does not tell permissions", "[dns01][unit]") {
    World world;
    world.service.instead = [](const net::Request& request) -> std::optional<net::Outcome> {
        return request.url.ends_with(":testIamPermissions")
                   ? std::optional<net::Outcome>(
                         ClouddnsService::refusal(403, "forbidden", "Forbidden"))
                   : std::nullopt;
    };

    CHECK(world.verified({"example.com."}) == "nothing failed");
}

struct Refusal {
    int status;
    const char* reason;
    const char* advice;
};

TEST_CASE("a refusal of the API becomes advice", "[dns01][unit]") {
    const auto refusal = GENERATE(
        Refusal{401, "authError", "the access token of dns@my-project"},
        Refusal{403, "forbidden", "it needs the role roles/dns.admin"},
        Refusal{403, "accessNotConfigured", "services enable dns.googleapis.com --project"},
        Refusal{403, "SERVICE_DISABLED", "API is not enabled in project my-project"},
        Refusal{403, "quotaExceeded", "a quota of project my-project is used up"},
        Refusal{403, "rateLimitExceeded", "too many requests for project my-project"},
        Refusal{400, "cnameResourceRecordSetConflict", "a CNAME stands at that name"},
        Refusal{409, "cnameResourceRecordSetConflict", "a CNAME stands at that name"},
        Refusal{400, "invalid", "HTTP status 400 (words)"});
    CAPTURE(refusal.reason);
    World world;
    world.service.instead = [&](const net::Request& request) -> std::optional<net::Outcome> {
        return request.url.ends_with("/changes")
                   ? std::optional<net::Outcome>(
                         ClouddnsService::refusal(refusal.status, refusal.reason, "words"))
                   : std::nullopt;
    };

    CHECK_THAT(world.failure(), Contains("clouddns: changing the TXT records of zone zone-com: ") &&
                                    Contains(refusal.advice));
}

TEST_CASE("a project that is not there is told", "[dns01][unit]") {
    World world;
    world.service.instead = [](const net::Request& request) -> std::optional<net::Outcome> {
        return request.url.find("managedZones") != std::string::npos
                   ? std::optional<net::Outcome>(ClouddnsService::refusal(
                         404, "notFound",
                         "The 'parameters.project' resource named 'my-project' does not exist."))
                   : std::nullopt;
    };

    CHECK_THAT(world.failure(), Contains("project my-project is not there"));
}

TEST_CASE("a rate limit that is a 403 is waited out", "[dns01][unit]") {
    World world;
    int refused = 0;
    world.service.instead = [&](const net::Request& request) -> std::optional<net::Outcome> {
        return request.url.ends_with("/changes") && refused++ < 3
                   ? std::optional<net::Outcome>(
                         ClouddnsService::refusal(403, "rateLimitExceeded", "Rate Limit Exceeded"))
                   : std::nullopt;
    };

    CHECK(world.failure() == "nothing failed");
    CHECK(refused == 4);
}

TEST_CASE("the token is in no message, even where the service repeats it", "[dns01][unit]") {
    World world;
    world.service.instead = [](const net::Request& request) -> std::optional<net::Outcome> {
        return request.url.find("managedZones") != std::string::npos
                   ? std::optional<net::Outcome>(ClouddnsService::refusal(
                         401, "authError", "bad \x1b[31m ya29.token-of-the"))
                   : std::nullopt;
    };

    CHECK_THAT(world.failure(), !Contains("token-of-the") && !Contains("\x1b") &&
                                    Contains("words that show the credential"));
}

TEST_CASE("a change whose answer was lost is found made", "[dns01][unit]") {
    World world;
    int lost = 0;
    world.service.instead = [&](const net::Request& request) -> std::optional<net::Outcome> {
        if (!request.url.ends_with("/changes") || lost++ > 0) {
            return std::nullopt;
        }
        world.sets()[kName] = {60, {"\"apex\"", "\"wildcard\""}};
        Error error(ErrorKind::Transport, "the connection was closed");
        error.mark_cut_off();
        return error;
    };

    CHECK(world.failure() == "nothing failed");
    CHECK(world.sets().at(kName).data.size() == 2);
}

TEST_CASE("a stopped run of Cloud DNS is Cancelled", "[dns01][unit]") {
    World world;
    std::stop_source stop;
    stop.request_stop();

    try {
        world.provider.present(kRecords, stop.get_token());
        FAIL("nothing was thrown");
    } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::Cancelled);
    }
}

}  // namespace
}  // namespace kcert::dns01::clouddns
