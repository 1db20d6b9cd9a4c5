// SPDX-License-Identifier: Apache-2.0

#include "dns01/route53/route53_provider.h"

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "base/error.h"
#include "support/answering_http.h"
#include "support/manual_clock.h"
#include "support/route53_service.h"

namespace kcert::dns01::route53 {
namespace {

using Catch::Matchers::Contains;
using testing::Route53Service;
using Values = std::vector<std::string>;

const std::string kApi = "https://route53.amazonaws.com/2013-04-01";
const std::string kApex = "_acme-challenge.a.test.";
const std::string kWww = "_acme-challenge.www.a.test.";
const std::string kSecret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

struct World {
    Route53Service service{.zones = {{"Z1", "a.test."}}};
    testing::AnsweringHttp http{[this](const net::Request& request) { return service(request); }};
    testing::ManualClock clock;
    Route53Config config{.endpoints = aws_endpoints("eu-west-1"),
                         .login = AwsCredentials{.access_key_id = "AKIAIOSFODNN7EXAMPLE",
                                                 .secret_access_key = Sensitive(kSecret)}};

    Route53Provider provider() { return {config, http, clock}; }

    /// How often the API was asked for what begins so.
    std::size_t count(const std::string& beginning) const {
        const Values calls = http.calls();
        return static_cast<std::size_t>(std::ranges::count_if(
            calls, [&](const std::string& call) { return call.starts_with(beginning); }));
    }
};

TxtRecord record(const std::string& name, const std::string& value) {
    return {.zone = "a.test.", .name = name, .value = value, .domain = "a.test"};
}

const std::vector<TxtRecord> kRecords{record(kApex, "1"), record(kApex, "2"), record(kWww, "3")};

template <typename Step>
std::string failure(Step step) {
    try {
        step();
    } catch (const ZonesError& error) {
        CHECK_THAT(error.what(), !Contains(kSecret));
        return error.what();
    }
    return "nothing failed";
}

std::string failure_of_present(World& world) {
    Route53Provider provider = world.provider();
    return failure([&] { provider.present(kRecords, {}); });
}

std::string failure_of_verify(World& world) {
    Route53Provider provider = world.provider();
    return failure([&] { provider.verify(Values{"a.test."}, {}); });
}

TEST_CASE("all records of a zone travel in one change, whose spreading is awaited",
          "[dns01][route53][unit]") {
    World world;
    world.service.pending = 3;

    world.provider().present(kRecords, {});

    CHECK(world.service.texts[kApex] == Route53Service::Set{"10", {"\"1\"", "\"2\""}});
    CHECK(world.service.texts[kWww] == Route53Service::Set{"10", {"\"3\""}});
    CHECK(world.http.calls() ==
          Values{"GET " + kApi + "/hostedzonesbyname?maxitems=100&dnsname=a.test.",
                 "POST " + kApi + "/hostedzone/Z1/rrset", "GET " + kApi + "/change/C1",
                 "GET " + kApi + "/change/C1", "GET " + kApi + "/change/C1",
                 "GET " + kApi + "/change/C1"});
    CHECK(world.clock.sleeps().back() > world.clock.sleeps().front());
}

TEST_CASE("each request is signed for Route 53 of the partition", "[dns01][route53][unit]") {
    World world;
    world.config.endpoints = aws_endpoints("cn-north-1");

    world.provider().present(kRecords, {});

    for (const net::Request& request : world.http.requests()) {
        CHECK(request.url.starts_with("https://route53.amazonaws.com.cn/"));
        CHECK_THAT(request.headers.back().second,
                   Contains("AKIAIOSFODNN7EXAMPLE/20261123/cn-northwest-1/route53/aws4_request"));
    }
}

TEST_CASE("a change that does not spread within two minutes is left to the name servers",
          "[dns01][route53][unit]") {
    World world;
    world.service.pending = 1'000'000;
    const Time begin = world.clock.now();

    world.provider().present(kRecords, {});

    CHECK(world.clock.now() - begin <= std::chrono::seconds(120));
    CHECK(world.clock.now() - begin > std::chrono::seconds(100));
}

TEST_CASE("that a change may not be asked for keeps nothing back", "[dns01][route53][unit]") {
    World world;
    world.service.before = [](const net::Request& request) -> std::optional<net::Outcome> {
        return request.url.find("/change/") == std::string::npos
                   ? std::nullopt
                   : std::optional<net::Outcome>(Route53Service::fault(403, "AccessDenied"));
    };

    world.provider().present(kRecords, {});

    CHECK(world.service.texts.size() == 2);
}

TEST_CASE("neighbours' values stay, with the set's own TTL", "[dns01][route53][unit]") {
    World world;
    world.service.texts[kApex] = {"300", {"\"v=spf1 -all\""}};
    Route53Provider provider = world.provider();

    provider.present(kRecords, {});
    CHECK(world.service.texts[kApex] ==
          Route53Service::Set{"300", {"\"v=spf1 -all\"", "\"1\"", "\"2\""}});

    provider.clean_up(kRecords, {});
    CHECK(world.service.texts ==
          std::map<std::string, Route53Service::Set>{{kApex, {"300", {"\"v=spf1 -all\""}}}});
}

TEST_CASE("what is there twice or gone already is no error", "[dns01][route53][unit]") {
    World world;
    Route53Provider provider = world.provider();

    provider.clean_up(kRecords, {});
    provider.present(kRecords, {});
    provider.present(kRecords, {});
    CHECK(world.service.texts[kApex].values == Values{"\"1\"", "\"2\""});

    provider.clean_up(kRecords, {});
    provider.clean_up(kRecords, {});
    CHECK(world.service.texts.empty());
}

TEST_CASE("another client's value that comes in between survives", "[dns01][route53][unit]") {
    World world;
    world.service.texts[kApex] = {"10", {"\"before\""}};
    int reads = 0;
    world.service.before = [&](const net::Request& request) -> std::optional<net::Outcome> {
        // Between the reading and the change that rests on it.
        if (request.method == "POST" && reads > 0 && reads <= 2) {
            world.service.texts[kApex].values.push_back(fmt::format("\"between {}\"", reads));
            reads += 10;
        }
        reads += request.url.find("rrset?") != std::string::npos ? 1 : 0;
        return std::nullopt;
    };

    world.provider().present(std::vector{record(kApex, "1")}, {});

    CHECK(world.service.texts[kApex].values == Values{"\"before\"", "\"between 1\"", "\"1\""});
}

TEST_CASE("a zone that changes all the time is given up", "[dns01][route53][unit]") {
    World world;
    int writes = 0;
    world.service.before = [&](const net::Request& request) -> std::optional<net::Outcome> {
        if (request.method == "POST") {
            world.service.texts[kApex] = {"10", {fmt::format("\"{}\"", ++writes)}};
        }
        return std::nullopt;
    };

    CHECK_THAT(failure_of_present(world), Contains("InvalidChangeBatch") && Contains("Tried to"));
    CHECK(writes == 10);
}

TEST_CASE("a change that cannot be made, whatever stands there, is told after a few tries",
          "[dns01][route53][unit]") {
    World world;
    world.service.before = [](const net::Request& request) -> std::optional<net::Outcome> {
        if (request.method != "POST") {
            return std::nullopt;
        }
        return net::Response{400,
                             {},
                             "<InvalidChangeBatch><Messages><Message>RRSet of type TXT with DNS "
                             "name x is not permitted because a conflicting RRSet of type CNAME "
                             "exists</Message></Messages></InvalidChangeBatch>"};
    };

    CHECK_THAT(failure_of_present(world), Contains("route53: changing hosted zone Z1") &&
                                              Contains("conflicting RRSet of type CNAME"));
    CHECK(world.count("POST") == 3);
}

TEST_CASE("a change of a zone whose answer was lost is found made", "[dns01][route53][unit]") {
    World world;
    bool lost = false;
    world.service.before = [&](const net::Request& request) -> std::optional<net::Outcome> {
        if (request.method != "POST" || lost) {
            return std::nullopt;
        }
        lost = true;
        world.service(request);
        return Error(ErrorKind::TimedOut, "no answer");
    };

    world.provider().present(kRecords, {});

    CHECK(world.service.texts[kApex].values == Values{"\"1\"", "\"2\""});
}

TEST_CASE("records under a routing policy are left alone and named", "[dns01][route53][unit]") {
    World world;
    const Route53Service::Set weighted{
        "60", {"\"x\""}, "<SetIdentifier>blue</SetIdentifier><Weight>1</Weight>"};
    world.service.texts[kApex] = weighted;

    CHECK_THAT(failure_of_present(world), Contains(kApex) && Contains("routing policy"));
    CHECK(world.service.texts[kApex] == weighted);
}

TEST_CASE("requests that come too fast are sent again", "[dns01][route53][unit]") {
    World world;
    const char* code = GENERATE("Throttling", "PriorRequestNotComplete");
    int refusals = 2;
    world.service.before = [&](const net::Request& request) -> std::optional<net::Outcome> {
        if (request.method == "POST" && refusals-- > 0) {
            return Route53Service::fault(400, code);
        }
        return std::nullopt;
    };

    world.provider().present(kRecords, {});

    CHECK(world.count("POST") == 3);
    CHECK(world.service.texts.size() == 2);
}

TEST_CASE("a public zone comes before private ones of its name, on whichever page it stands",
          "[dns01][route53][unit]") {
    World world;
    world.service.zones = {{"Z1", "a.test.", true},
                           {"Z2", "a.test.", true},
                           {"Z3", "a.test.", false},
                           {"Z4", "b.test.", false}};

    world.provider().present(kRecords, {});

    CHECK(world.count("GET " + kApi + "/hostedzonesbyname") == 2);
    CHECK(world.count("POST " + kApi + "/hostedzone/Z3/rrset") == 1);
}

TEST_CASE("where no zone of the apex is held, the longest that encloses the name is taken",
          "[dns01][route53][unit]") {
    World world;
    world.service.zones = {
        {"Z1", "a.example.com."}, {"Z2", "b.example.com."}, {"Z3", "example.com."}};
    const std::vector<TxtRecord> records{
        {.zone = "sub.example.com.", .name = "_acme-challenge.sub.example.com.", .value = "1"}};

    world.provider().present(records, {});

    CHECK(world.count("POST " + kApi + "/hostedzone/Z3/rrset") == 1);
}

TEST_CASE("a hosted zone that is not there is told with those that are", "[dns01][route53][unit]") {
    World world;
    world.service.zones = {{"Z1", "b.test."}, {"Z2", "c.test."}, {"Z3", "d.test."}};

    CHECK_THAT(failure_of_present(world),
               Contains("no zone of this account holds") && Contains("b.test., c.test., d.test."));
}

TEST_CASE("a list without an end is given up", "[dns01][route53][unit]") {
    World world;
    world.service.zones = {{"Z1", "b.test."}};
    world.service.page = 0;

    CHECK_THAT(failure_of_present(world), Contains("the list has no end after 200 pages"));
}

TEST_CASE("a hosted zone that was named is not looked up", "[dns01][route53][unit]") {
    World world;
    world.config.hosted_zone_id = "Z9";

    world.provider().present(kRecords, {});

    CHECK(world.http.calls().front() == "POST " + kApi + "/hostedzone/Z9/rrset");
}

TEST_CASE("a missing permission is named with what it is needed for", "[dns01][route53][unit]") {
    World world;
    world.config.endpoints = aws_endpoints("us-gov-west-1");
    world.service.before = [](const net::Request& request) -> std::optional<net::Outcome> {
        return request.method == "POST" ? std::optional<net::Outcome>(Route53Service::fault(
                                              403, "AccessDenied", "User: me is not authorized"))
                                        : std::nullopt;
    };

    CHECK_THAT(failure_of_present(world),
               Contains("AWS says: \"User: me is not authorized\"; the credential needs "
                        "route53:ChangeResourceRecordSets on "
                        "arn:aws-us-gov:route53:::hostedzone/Z1"));
    CHECK(world.count("POST") == 1);
}

TEST_CASE("refused credentials are explained, and never shown", "[dns01][route53][unit]") {
    struct Case {
        const char* code;
        std::string message;
        const char* advice;
    };
    const auto expected = GENERATE(values<Case>({
        {"InvalidClientTokenId", "The security token is invalid", "does not know this access key"},
        {"SignatureDoesNotMatch", "should be: x-amz-security-token:" + kSecret,
         "does not belong to the access key id"},
        {"SignatureDoesNotMatch", "Signature expired: 2015 is now earlier than 2016", "clock"},
        {"RequestTimeTooSkewed", "", "clock"},
        {"ExpiredToken", "", "has expired"},
        {"NoSuchHostedZone", "", "check hostedZoneID"},
        {"SomethingNew", "echo " + kSecret, "SomethingNew: AWS says: \"echo …\""},
    }));
    World world;
    world.service.before = [&](const net::Request&) -> std::optional<net::Outcome> {
        return Route53Service::fault(403, expected.code, expected.message);
    };

    CHECK_THAT(failure_of_verify(world), Contains(expected.advice));
    CHECK(world.http.calls().size() == 1);
}

TEST_CASE("whether a zone may be edited is asked for by a change that cannot be made",
          "[dns01][route53][unit]") {
    World world;
    world.service.texts[kApex] = {"10", {"\"theirs\""}};
    const auto before = world.service.texts;

    CHECK(failure_of_verify(world) == "nothing failed");

    CHECK(world.service.texts == before);
    const net::Request probe = world.http.requests().back();
    CHECK_THAT(probe.body, Contains("<Action>DELETE</Action>") && !Contains("CREATE") &&
                               Contains("kubectl-cert-dry-run-"));
}

TEST_CASE("a credential that may not edit is told before anything is placed",
          "[dns01][route53][unit]") {
    World world;
    const std::string denied = GENERATE("POST", "GET");
    world.service.before = [&](const net::Request& request) -> std::optional<net::Outcome> {
        return request.method == denied && request.url.find("rrset") != std::string::npos
                   ? std::optional<net::Outcome>(Route53Service::fault(403, "AccessDenied"))
                   : std::nullopt;
    };

    CHECK_THAT(failure_of_verify(world),
               Contains(denied == "POST" ? "route53:ChangeResourceRecordSets"
                                         : "route53:ListResourceRecordSets"));
}

TEST_CASE("a hosted zone of another name is told before anything is placed",
          "[dns01][route53][unit]") {
    World world;
    world.config.hosted_zone_id = "Z9";
    world.service.before = [&](const net::Request& request) -> std::optional<net::Outcome> {
        return request.method == "POST"
                   ? std::optional<net::Outcome>(Route53Service::fault(
                         400, "InvalidChangeBatch",
                         "[RRSet with DNS name x is not permitted in zone b.test.]"))
                   : std::nullopt;
    };

    CHECK_THAT(failure_of_verify(world), Contains("hosted zone Z9 does not hold a.test."));
}

TEST_CASE("an answer that is none is told", "[dns01][route53][unit]") {
    World world;
    world.service.before = [](const net::Request&) -> std::optional<net::Outcome> {
        return net::Response{200, {}, "<html>sign in</html>"};
    };

    CHECK_THAT(
        failure_of_verify(world),
        Contains("listing the hosted zones: the answer is no ListHostedZonesByNameResponse"));
}

TEST_CASE("one zone's failure is told apart from another's success", "[dns01][route53][unit]") {
    World world;
    world.service.zones = {{"Z1", "a.test."}};
    const std::vector<TxtRecord> records{
        record(kApex, "1"), {.zone = "b.test.", .name = "_acme-challenge.b.test.", .value = "2"}};
    Route53Provider provider = world.provider();

    CHECK_THAT(failure([&] { provider.present(records, {}); }),
               Contains("no zone of this account holds _acme-challenge.b.test."));
    CHECK(world.service.texts.size() == 1);
}

TEST_CASE("a run that is stopped waits no longer", "[dns01][route53][unit]") {
    World world;
    std::stop_source source;
    world.service.pending = 100;
    world.service.before = [&](const net::Request& request) -> std::optional<net::Outcome> {
        if (request.url.find("/change/") != std::string::npos) {
            source.request_stop();
        }
        return std::nullopt;
    };
    Route53Provider provider = world.provider();

    try {
        provider.present(kRecords, source.get_token());
        FAIL("nothing failed");
    } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::Cancelled);
    }
}

}  // namespace
}  // namespace kcert::dns01::route53
