// SPDX-License-Identifier: Apache-2.0

#include "dns01/azuredns/azuredns_provider.h"

#include <algorithm>
#include <utility>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "json/json.h"
#include "support/azuredns_service.h"
#include "support/manual_clock.h"

namespace kcert::dns01::azuredns {
namespace {

using Catch::Matchers::Contains;
using testing::AzureDnsService;
using Values = std::vector<std::string>;

const std::string kZone = "example.com";
const std::string kRelative = "_acme-challenge";
const std::string kName = "_acme-challenge.example.com.";
const std::vector<TxtRecord> kRecords{{"example.com.", kName, "apex"},
                                      {"example.com.", kName, "wildcard"}};

struct World {
    testing::ManualClock clock;
    AzureDnsService service;
    AzureDnsProvider provider;

    explicit World(const char* hosted_zone = "", const char* secret = testing::kAzureSecret)
        : provider(config_of(hosted_zone, secret), service.http, clock) {}

    static AzureDnsConfig config_of(const char* hosted_zone, const char* secret) {
        json::Value stanza = testing::azuredns_stanza();
        stanza.set("hostedZoneName", hosted_zone);
        return read_azuredns_config(stanza, {{"clientSecretSecretRef", Sensitive(secret)}}, {});
    }

    std::string failure(std::span<const TxtRecord> records = kRecords) {
        return told([&] { provider.present(records, {}); });
    }

    std::string verified(const std::vector<std::string>& zones = {"example.com."}) {
        return told([&] { provider.verify(zones, {}); });
    }

    template <typename Step>
    std::string told(Step step) {
        try {
            step();
        } catch (const Error& error) {
            CHECK_THAT(error.what(), !Contains(testing::kAzureSecret) && !Contains("token-of-the"));
            return error.what();
        }
        return "nothing failed";
    }

    Values values() const { return service.values(kZone, kRelative); }

    std::ptrdiff_t calls_with(std::string_view part) const {
        const std::vector<std::string> calls = service.http.calls();
        return std::ranges::count_if(
            calls, [&](const std::string& call) { return call.find(part) != std::string::npos; });
    }

    /// The service refuses everything behind the login so.
    void refuse(const net::Response& response) {
        service.instead = [response](const net::Request& request) -> std::optional<net::Outcome> {
            return request.url.starts_with("https://login.") ? std::nullopt
                                                             : std::optional(response);
        };
    }
};

TEST_CASE("azuredns writes one set a name after one login and one list", "[dns01][unit]") {
    World world;
    std::vector<TxtRecord> records = kRecords;
    for (int i = 0; i < 10; ++i) {
        records.push_back({"example.com.", "x" + std::to_string(i) + ".example.com.", "value"});
    }

    world.provider.present(records, {});

    CHECK(world.values() == Values{"apex", "wildcard"});
    CHECK(world.service.sets[kZone].size() == 11);
    CHECK(world.service.sets[kZone][kRelative].ttl == 60);
    CHECK(world.service.logins == 1);
    CHECK(world.calls_with("/dnsZones?api-version=2018-05-01") == 1);
    CHECK(world.calls_with("PUT ") == 11);
}

TEST_CASE("azuredns: present twice, clean up twice and clean up without present are no errors",
          "[dns01][unit]") {
    World world;

    world.provider.clean_up(kRecords, {});
    world.provider.present(kRecords, {});
    world.provider.present(kRecords, {});
    CHECK(world.calls_with("PUT ") == 1);
    world.provider.clean_up(kRecords, {});
    world.provider.clean_up(kRecords, {});

    CHECK(world.service.sets[kZone].empty());
    CHECK(world.calls_with("DELETE ") == 1);
}

TEST_CASE("azuredns leaves a neighbour's value, TTL and metadata through both halves of a run",
          "[dns01][unit]") {
    World world;
    world.service.put(kZone, kRelative, {"", 3600, {{"v=spf1 ", "-all"}}, "mail"});

    world.provider.present(kRecords, {});
    CHECK(world.values() == Values{"v=spf1 |-all", "apex", "wildcard"});
    world.provider.clean_up(kRecords, {});

    const AzureDnsService::Set& left = world.service.sets[kZone][kRelative];
    CHECK(world.values() == Values{"v=spf1 |-all"});
    CHECK(left.ttl == 3600);
    CHECK(left.owner == "mail");
}

TEST_CASE("azuredns reads and writes again where another client wrote in between",
          "[dns01][unit]") {
    World world;
    int others = 0;
    Values expected;
    SECTION("a set appears") {
        world.service.before_write = [&] {
            if (others++ == 0) {
                world.service.put(kZone, kRelative, {"", 300, {{"other"}}, {}});
            }
        };
        expected = {"other", "apex", "wildcard"};
    }
    SECTION("a set grows") {
        world.service.put(kZone, kRelative, {"", 300, {{"first"}}, {}});
        world.service.before_write = [&] {
            if (others++ == 0) {
                world.service.put(kZone, kRelative, {"", 300, {{"first"}, {"other"}}, {}});
            }
        };
        expected = {"first", "other", "apex", "wildcard"};
    }
    SECTION("a set vanishes") {
        world.service.put(kZone, kRelative, {"", 300, {{"first"}}, {}});
        world.service.before_write = [&] {
            if (others++ == 0) {
                world.service.sets[kZone].clear();
            }
        };
        expected = {"apex", "wildcard"};
    }

    world.provider.present(kRecords, {});

    CHECK(world.values() == expected);
    CHECK(others == 2);
}

TEST_CASE("azuredns clean-up keeps what another client adds before the set would go",
          "[dns01][unit]") {
    World world;
    world.provider.present(kRecords, {});
    int others = 0;
    world.service.before_write = [&] {
        if (others++ == 0) {
            world.service.put(kZone, kRelative, {"", 60, {{"apex"}, {"wildcard"}, {"other"}}, {}});
        }
    };

    world.provider.clean_up(kRecords, {});

    CHECK(world.values() == Values{"other"});
}

TEST_CASE("azuredns tells of one that never stops writing after a bounded number of tries",
          "[dns01][unit]") {
    World world;
    world.service.before_write = [&] {
        world.service.put(kZone, kRelative, {"", 60, {{"other"}}, {}});
    };

    CHECK_THAT(world.failure(), Contains("zone example.com.: somebody else changed the TXT records "
                                         "at _acme-challenge.example.com. during each of 12"));
}

TEST_CASE("azuredns: only the names that were overtaken are written again", "[dns01][unit]") {
    World world;
    int others = 0;
    world.service.before_write = [&] {
        if (others++ == 0) {
            world.service.put(kZone, "a", {"", 60, {{"other"}}, {}});
        }
    };

    world.provider.present(std::vector<TxtRecord>{{"example.com.", "a.example.com.", "1"},
                                                  {"example.com.", "b.example.com.", "2"}},
                           {});

    CHECK(world.service.values(kZone, "a") == Values{"other", "1"});
    CHECK(world.service.values(kZone, "b") == Values{"2"});
    CHECK(world.calls_with("PUT ") == 3);
}

TEST_CASE("azuredns finds that a write whose answer was lost has been made", "[dns01][unit]") {
    World world;
    bool lost = false;
    world.service.instead = [&](const net::Request& request) -> std::optional<net::Outcome> {
        const bool writes = request.method == "PUT" || request.method == "DELETE";
        if (!writes || std::exchange(lost, true)) {
            return std::nullopt;
        }
        const net::Outcome taken = world.service.answer(request);
        CHECK(net::response(taken).status == 201);
        return net::Response{500, {}, ""};
    };

    world.provider.present(kRecords, {});
    CHECK(world.values() == Values{"apex", "wildcard"});
}

TEST_CASE("azuredns reads the list of zones to its last page", "[dns01][unit]") {
    World world;
    world.service.page_size = 2;
    world.service.zones = {"a.test", "b.test", "c.test", "d.test", "example.com"};

    world.provider.present(kRecords, {});

    CHECK(world.values().size() == 2);
    CHECK(world.calls_with("dnsZones?api-version=2018-05-01&$skipToken=") == 2);
}

TEST_CASE("azuredns does not follow a link to another host", "[dns01][unit]") {
    World world;
    world.service.page_size = 1;
    world.service.zones = {"a.test", "example.com"};
    world.service.link_host = "https://evil.test";

    CHECK_THAT(world.failure(), Contains("names no usable next page of https://management.azure"));
    CHECK(world.calls_with("evil") == 0);
}

TEST_CASE("azuredns gives up on a list that never ends", "[dns01][unit]") {
    World world;
    world.refuse({200, {}, R"({"value": [], "nextLink":
        "https://management.azure.com/x?$skipToken=again"})"});

    CHECK_THAT(world.failure(), Contains("listing the DNS zones of resource group dns-group: more "
                                         "than 120 pages"));
}

TEST_CASE("azuredns takes the deepest zone of the group, and no private one", "[dns01][unit]") {
    World world;
    world.service.zones = {"example.com", "sub.example.com", "deep.sub.example.com"};
    world.service.kinds = {{"deep.sub.example.com", "Private"}};
    const std::string name = "_acme-challenge.deep.sub.example.com.";

    world.provider.present(std::vector<TxtRecord>{{"deep.sub.example.com.", name, "v"}}, {});

    CHECK(world.service.values("sub.example.com", "_acme-challenge.deep") == Values{"v"});
}

TEST_CASE("azuredns names the zones of the group, and one that only virtual networks see",
          "[dns01][unit]") {
    World world;
    world.service.zones = {"other.test"};
    SECTION("of the newer kind") {
        world.service.private_zones = {"example.com"};
    }
    SECTION("of the older kind") {
        world.service.zones.emplace_back("example.com");
        world.service.kinds = {{"example.com", "Private"}};
    }

    CHECK_THAT(world.failure(),
               Contains("resource group dns-group of subscription 99999999-") &&
                   Contains("_acme-challenge.example.com.; it has: other.test.;") &&
                   Contains("its zone example.com. is a private one, which no CA can see"));
}

TEST_CASE("azuredns with hostedZoneName asks for no list", "[dns01][unit]") {
    World world("example.com");

    world.provider.present(kRecords, {});

    CHECK(world.values().size() == 2);
    CHECK(world.calls_with("dnsZones?") == 0);
    CHECK_THAT(world.failure(std::vector<TxtRecord>{{"example.org.", "x.example.org.", "v"}}),
               Contains("hostedZoneName example.com. does not hold x.example.org."));
}

TEST_CASE("azuredns writes a name that is the zone itself as @", "[dns01][unit]") {
    World world;

    world.provider.present(std::vector<TxtRecord>{{"example.com.", "example.com.", "v"}}, {});

    CHECK(world.calls_with("/dnsZones/example.com/TXT/%40?") == 2);
}

TEST_CASE("azuredns sends no name that would be more than one part of a path", "[dns01][unit]") {
    World world;

    CHECK_THAT(world.failure(std::vector<TxtRecord>{{"example.com.", "a/../b.example.com.", "v"}}),
               Contains("holds no name such as a/../b"));
    CHECK(world.calls_with("PUT ") == 0);
}

TEST_CASE("azuredns takes no zone whose name is none", "[dns01][unit]") {
    World world;
    world.service.zones = {"../../evil", "example.com/x", ""};

    CHECK_THAT(world.failure(), Contains("it has none that this credential sees"));
}

TEST_CASE("azuredns deals with zones side by side, and names the one that failed",
          "[dns01][unit]") {
    World world;
    world.service.zones = {"example.com", "example.org"};
    world.service.instead = [](const net::Request& request) -> std::optional<net::Outcome> {
        return request.method == "PUT" && request.url.find("example.org") != std::string::npos
                   ? std::optional<net::Outcome>(AzureDnsService::refusal(409, "ScopeLocked", "no"))
                   : std::nullopt;
    };
    const std::vector<TxtRecord> records{{"example.com.", kName, "v"},
                                         {"example.org.", "x.example.org.", "v"}};

    try {
        world.provider.present(records, {});
        FAIL("nothing failed");
    } catch (const ZonesError& error) {
        REQUIRE(error.failures().size() == 1);
        CHECK(error.failures()[0].zone == "example.org.");
        CHECK_THAT(error.what(), Contains("a lock on the zone"));
    }
    CHECK(world.values() == Values{"v"});
}

TEST_CASE("azuredns fetches a new token before the old one ends", "[dns01][unit]") {
    World world;
    world.provider.present(kRecords, {});
    world.clock.advance(std::chrono::minutes(50));
    world.provider.present(kRecords, {});
    CHECK(world.service.logins == 1);

    world.clock.advance(std::chrono::minutes(6));
    world.provider.clean_up(kRecords, {});

    CHECK(world.service.logins == 2);
}

TEST_CASE("azuredns tells in plain words why a login is refused", "[dns01][unit]") {
    struct Case {
        int number;
        const char* advice;
    };
    const Case one = GENERATE(
        Case{7000215, "is not right: store the secret's value, not its ID"},
        Case{7000222, "has expired; make a new one: az ad app credential reset --append --id"},
        Case{700016, "is not in tenant 11111111-2222-3333-4444-555555555555: clientID is the"},
        Case{90002, "tenant 11111111-2222-3333-4444-555555555555 is not there"},
        Case{500011, "environment must name the tenant's cloud"}, Case{53003, "Conditional Access"},
        Case{12345, "is refused (HTTP status 401)"});
    World world;
    world.service.instead = [one](const net::Request&) -> std::optional<net::Outcome> {
        return AzureDnsService::login_refusal(401, one.number,
                                              std::string("words with ") + testing::kAzureSecret);
    };

    CHECK_THAT(world.failure(), Contains("azuredns: logging in at https://login.microsoftonline"
                                         ".com: ") &&
                                    Contains(one.advice) && !Contains("Trace ID"));
    CHECK(world.service.http.calls().size() == 1);
}

TEST_CASE("azuredns knows the ID of a secret in its value's place", "[dns01][unit]") {
    World world("", "0a1b2c3d-0000-1111-2222-333344445555");

    CHECK_THAT(world.failure(), Contains("looks like the secret's ID; wanted is its value") &&
                                    !Contains("0a1b2c3d"));
}

TEST_CASE("azuredns takes a login only with a token that fits a header", "[dns01][unit]") {
    World world;
    const auto* const body = GENERATE("", "[]", R"({"access_token": 7})",
                                      R"({"access_token": "a\r\nb", "expires_in": 60})");
    world.service.instead = [body](const net::Request&) -> std::optional<net::Outcome> {
        return net::Response{200, {}, body};
    };

    CHECK_THAT(world.failure(), Contains("the answer holds no access token"));
}

TEST_CASE("azuredns names the action, the role and its scope where a right is missing",
          "[dns01][unit]") {
    World by_list;
    by_list.refuse(AzureDnsService::refusal(
        403, "AuthorizationFailed",
        "The client 'x' does not have authorization to perform action "
        "'Microsoft.Network/dnsZones/read' over scope '/subscriptions/y' or it is invalid."));
    World by_name("example.com");
    by_name.refuse(
        AzureDnsService::refusal(403, "AuthorizationFailed", "may not perform action 'a; reboot'"));

    CHECK_THAT(by_list.failure(),
               Contains("may not do Microsoft.Network/dnsZones/read; grant it the role DNS Zone "
                        "Contributor: az role assignment create --assignee aaaaaaaa-") &&
                   Contains("--scope \"/subscriptions/99999999-8888-7777-6666-555555555555/"
                            "resourceGroups/dns-group\""));
    CHECK_THAT(by_name.failure(),
               Contains("may not do this (AuthorizationFailed: may not perform") &&
                   Contains("/resourceGroups/dns-group/providers/Microsoft.Network/dnsZones/"
                            "example.com\""));
    CHECK(by_name.calls_with("management") == 1);
}

TEST_CASE("azuredns turns the resource manager's codes into advice", "[dns01][unit]") {
    struct Case {
        int status;
        const char* code;
        const char* advice;
    };
    const Case one = GENERATE(
        Case{404, "SubscriptionNotFound", "subscription 99999999-8888-7777-6666-555555555555 is"},
        Case{404, "ResourceGroupNotFound", "has no resource group dns-group"},
        Case{404, "ParentResourceNotFound", "has no such DNS zone"},
        Case{401, "InvalidAuthenticationTokenTenant", "belongs to another tenant"},
        Case{401, "ExpiredAuthenticationToken", "access token of application"},
        Case{409, "ReadOnlyDisabledSubscription", "disabled and can only be read"},
        Case{409, "MissingSubscriptionRegistration", "az provider register"},
        Case{403, "RequestDisallowedByPolicy", "policy forbids"},
        Case{400, "Odd", "HTTP status 400 (Odd: words)"});
    World world("example.com");
    world.refuse(AzureDnsService::refusal(one.status, one.code, "words"));

    CHECK_THAT(world.failure(), Contains(one.advice));
    CHECK(world.calls_with("management") == 1);
}

TEST_CASE("azuredns tells that a CNAME stands at the name", "[dns01][unit]") {
    World world("example.com");
    world.service.instead = [](const net::Request& request) -> std::optional<net::Outcome> {
        return request.method == "PUT"
                   ? std::optional<net::Outcome>(AzureDnsService::refusal(
                         400, "BadRequest", "A CNAME record with the same name already exists."))
                   : std::nullopt;
    };

    CHECK_THAT(world.failure(), Contains("cnameStrategy: Follow"));
}

TEST_CASE("azuredns waits as long as a rate limit asks, and tells which it was", "[dns01][unit]") {
    World world("example.com");
    net::Response limited = AzureDnsService::refusal(429, "TooManyRequests", "slow down");
    limited.headers = {{"retry-after", "7"}, {"x-ms-ratelimit-remaining-subscription-writes", "0"}};
    int left = 1;
    world.service.instead = [&](const net::Request& request) -> std::optional<net::Outcome> {
        return request.method == "PUT" && left-- > 0 ? std::optional<net::Outcome>(limited)
                                                     : std::nullopt;
    };
    world.provider.present(kRecords, {});
    CHECK(world.clock.sleeps() == std::vector<Duration>{std::chrono::seconds(7)});

    left = 1'000;
    world.service.sets.clear();
    CHECK_THAT(world.failure(), Contains("the rate limit of subscription 99999999-") &&
                                    Contains("(x-ms-ratelimit-remaining-subscription-writes: 0)") &&
                                    Contains("asks to wait until 2026-"));
}

TEST_CASE("azuredns asks again where another operation is at work", "[dns01][unit]") {
    World world("example.com");
    int left = 2;
    world.service.instead = [&](const net::Request& request) -> std::optional<net::Outcome> {
        return request.method == "PUT" && left-- > 0
                   ? std::optional<net::Outcome>(
                         AzureDnsService::refusal(409, "AnotherOperationInProgress", "wait"))
                   : std::nullopt;
    };

    world.provider.present(kRecords, {});

    CHECK(world.values().size() == 2);
}

TEST_CASE("azuredns overwrites nothing on a malformed answer", "[dns01][unit]") {
    World world("example.com");
    const auto* const body = GENERATE("", "[]", "{}", R"({"etag": "e", "properties": []})");
    world.refuse({200, {}, body});

    CHECK_THAT(world.failure(), Contains("azuredns: reading the TXT records at "
                                         "_acme-challenge.example.com.: the answer is no"));
    CHECK(world.calls_with("PUT ") == 0);
}

TEST_CASE("azuredns: words of the service that show the token are left out", "[dns01][unit]") {
    World world("example.com");
    world.service.instead = [](const net::Request& request) -> std::optional<net::Outcome> {
        for (const auto& [name, value] : request.headers) {
            if (name == "Authorization") {
                return AzureDnsService::refusal(400, "BadRequest", "you sent " + value);
            }
        }
        return std::nullopt;
    };

    CHECK_THAT(world.failure(), Contains("(words that show the credential)"));
}

TEST_CASE(
    "azuredns clean-up in a zone that is gone is done; in a subscription that is not seen "
    "it is not",
    "[dns01][unit]") {
    World world("example.com");
    const auto clean_up = [&] { world.provider.clean_up(kRecords, {}); };

    world.refuse(AzureDnsService::refusal(404, "ParentResourceNotFound", "gone"));
    CHECK(world.told(clean_up) == "nothing failed");
    world.refuse(AzureDnsService::refusal(404, "SubscriptionNotFound", "gone"));
    CHECK_THAT(world.told(clean_up), Contains("or application aaaaaaaa-"));
}

TEST_CASE("a dry run of azuredns asks what may be done, and changes nothing", "[dns01][unit]") {
    World world;
    CHECK(world.verified() == "nothing failed");
    CHECK(world.calls_with("/dnsZones/example.com/providers/Microsoft.Authorization/permissions"
                           "?api-version=2022-04-01") == 1);

    world.service.permissions = json::parse_json(R"([{"actions": ["*/read"]}])");
    CHECK_THAT(world.verified(),
               Contains("may not edit zone example.com. in resource group dns-group: it lacks "
                        "Microsoft.Network/dnsZones/TXT/write, "
                        "Microsoft.Network/dnsZones/TXT/delete; grant it the role DNS Zone "
                        "Contributor"));
    CHECK(world.calls_with("PUT ") == 0);
}

TEST_CASE("a dry run of azuredns passes where it may not ask for its rights", "[dns01][unit]") {
    World world;
    world.service.instead = [](const net::Request& request) -> std::optional<net::Outcome> {
        return request.url.find("Microsoft.Authorization") != std::string::npos
                   ? std::optional<net::Outcome>(
                         AzureDnsService::refusal(403, "AuthorizationFailed", "no"))
                   : std::nullopt;
    };

    CHECK(world.verified() == "nothing failed");
}

TEST_CASE("a dry run of azuredns looks whether the zone of hostedZoneName is there",
          "[dns01][unit]") {
    World world("example.org");

    CHECK_THAT(world.verified({"example.org."}),
               Contains("looking for zone example.org.: resource group dns-group has no such DNS "
                        "zone"));
}

TEST_CASE("a dry run of azuredns takes a hostedZoneName below or above what DNS found",
          "[dns01][unit]") {
    World world("sub.example.com");
    world.service.zones = {"sub.example.com"};

    CHECK(world.verified({"example.com."}) == "nothing failed");
    CHECK(world.verified({"deep.sub.example.com."}) == "nothing failed");
    CHECK_THAT(world.verified({"example.org."}),
               Contains("hostedZoneName sub.example.com. does not hold example.org."));
}

TEST_CASE("a stopped run of azuredns is Cancelled", "[dns01][unit]") {
    World world;
    std::stop_source stop;
    stop.request_stop();

    try {
        world.provider.present(kRecords, stop.get_token());
        FAIL("nothing failed");
    } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::Cancelled);
    }
}

}  // namespace
}  // namespace kcert::dns01::azuredns
