// SPDX-License-Identifier: Apache-2.0

#include <catch2/catch.hpp>

#include "base/error.h"
#include "dns01/route53/record_sets.h"
#include "dns01/route53/route53_xml.h"

namespace kcert::dns01::route53 {
namespace {

using Action = RecordChange::Action;
using Catch::Matchers::Contains;
using Changes = std::vector<std::vector<RecordChange>>;

const std::string kName = "_acme-challenge.a.test.";

RecordSet set_of(std::vector<std::string> values, std::uint32_t ttl = 10) {
    return {.name = kName, .ttl = ttl, .values = std::move(values)};
}

RecordSet multi_value(const std::string& value) {
    RecordSet set = set_of({value}, 300);
    set.routing = RecordSet::Routing::MultiValue;
    set.identifier = value;
    return set;
}

TEST_CASE("a value stands in quotes, in strings of 255 bytes", "[dns01][unit]") {
    CHECK(route53_value("abc") == "\"abc\"");
    CHECK(route53_value("a\"b\\c") == "\"a\\\"b\\\\c\"");
    CHECK(route53_value("") == "\"\"");
    CHECK(route53_value("\xc3\xa4\n") == "\"\\303\\244\\012\"");
    CHECK(route53_value(std::string(256, 'x')) == "\"" + std::string(255, 'x') + "\" \"x\"");
}

TEST_CASE("a name without records gets a set of its own, each value once", "[dns01][unit]") {
    CHECK(changes_for({{kName, {"1", "2", "1"}}}, {}, Edit::Add) ==
          Changes{{{Action::Create, set_of({"\"1\"", "\"2\""})}}});
}

TEST_CASE("what stands there is deleted as it was read and created with the value and its TTL",
          "[dns01][unit]") {
    CHECK(changes_for({{kName, {"1"}}}, {{kName, {set_of({"\"spf\""}, 300)}}}, Edit::Add) ==
          Changes{{{Action::Delete, set_of({"\"spf\""}, 300)},
                   {Action::Create, set_of({"\"spf\"", "\"1\""}, 300)}}});
}

TEST_CASE("a value goes by its text, and with the last one the set", "[dns01][unit]") {
    const Texts texts{{kName, {"1"}}};

    CHECK(changes_for(texts, {{kName, {set_of({"\"spf\"", "\"1\""}, 300)}}}, Edit::Remove) ==
          Changes{{{Action::Delete, set_of({"\"spf\"", "\"1\""}, 300)},
                   {Action::Create, set_of({"\"spf\""}, 300)}}});
    CHECK(changes_for(texts, {{kName, {set_of({"\"1\""})}}}, Edit::Remove) ==
          Changes{{{Action::Delete, set_of({"\"1\""})}}});
}

TEST_CASE("where all is as it should be nothing changes", "[dns01][unit]") {
    const KnownSets present{{kName, {set_of({"\"1\""})}}};
    const KnownSets other{{kName, {set_of({"\"2\""})}}};

    CHECK(changes_for({{kName, {"1"}}}, present, Edit::Add).empty());
    CHECK(changes_for({{kName, {"1"}}}, other, Edit::Remove).empty());
    CHECK(changes_for({{kName, {"1"}}}, {}, Edit::Remove).empty());
}

TEST_CASE("beside multi-value sets a value comes as another one, and goes as it came",
          "[dns01][unit]") {
    const RecordSet theirs = multi_value("\"theirs\"");
    const RecordSet ours = multi_value("\"ours\"");

    CHECK(changes_for({{kName, {"ours"}}}, {{kName, {theirs}}}, Edit::Add) ==
          Changes{{{Action::Create, ours}}});
    CHECK(changes_for({{kName, {"ours"}}}, {{kName, {theirs, ours}}}, Edit::Remove) ==
          Changes{{{Action::Delete, ours}}});
}

TEST_CASE("sets under a routing policy are left alone", "[dns01][unit]") {
    RecordSet weighted = multi_value("\"1\"");
    weighted.routing = RecordSet::Routing::Other;
    weighted.identifier = "blue";

    CHECK_THROWS_WITH(changes_for({{kName, {"2"}}}, {{kName, {weighted}}}, Edit::Add),
                      Contains(kName) && Contains("routing policy (set \"blue\")"));
    CHECK(changes_for({{kName, {"1"}}}, {{kName, {weighted}}}, Edit::Remove).empty());
}

TEST_CASE("a request holds 1,000 records, those of one name together", "[dns01][unit]") {
    const std::vector<RecordChange> pair{{Action::Delete, set_of({"\"1\""})},
                                         {Action::Create, set_of({"\"1\"", "\"2\""})}};

    const Changes batches = into_batches(Changes(334, pair));

    REQUIRE(batches.size() == 2);
    CHECK(batches[0].size() == 666);
    CHECK(batches[1].size() == 2);
    CHECK(into_batches({}).empty());
}

TEST_CASE("a request holds 32,000 characters of values", "[dns01][unit]") {
    const std::vector<RecordChange> one{{Action::Create, set_of({std::string(1'000, 'x')})}};

    const Changes batches = into_batches(Changes(33, one));

    REQUIRE(batches.size() == 2);
    CHECK(batches[0].size() == 32);
}

TEST_CASE("what is more than a simple set is known for it", "[dns01][unit]") {
    const auto routing = [](const std::string& inner) {
        const RecordSetsPage page = decode_record_sets(
            "<ListResourceRecordSetsResponse><ResourceRecordSets><ResourceRecordSet>"
            "<Name>X.test.</Name><Type>TXT</Type>" +
            inner +
            "<ResourceRecords><ResourceRecord><Value>\"1\"</Value></ResourceRecord>"
            "</ResourceRecords></ResourceRecordSet></ResourceRecordSets>"
            "<IsTruncated>false</IsTruncated></ListResourceRecordSetsResponse>");
        REQUIRE(page.texts.size() == 1);
        CHECK(page.texts[0].name == "x.test.");
        return page.texts[0].routing;
    };

    CHECK(routing("<TTL>60</TTL>") == RecordSet::Routing::Simple);
    CHECK(routing("<SetIdentifier>a</SetIdentifier><MultiValueAnswer>true</MultiValueAnswer>"
                  "<TTL>60</TTL>") == RecordSet::Routing::MultiValue);
    CHECK(routing("<SetIdentifier>a</SetIdentifier><Weight>1</Weight><TTL>60</TTL>") ==
          RecordSet::Routing::Other);
    CHECK(routing("<TTL>60</TTL><HealthCheckId>x</HealthCheckId>") == RecordSet::Routing::Other);
    CHECK(routing("<TTL>99999999999</TTL>") == RecordSet::Routing::Other);
    CHECK(routing("") == RecordSet::Routing::Other);
}

TEST_CASE("answers that are none of Route 53's are refused", "[dns01][unit]") {
    const char* body =
        GENERATE("", "<html/>", "{}", "<ListHostedZonesByNameResponse>",
                 "<!DOCTYPE a [<!ENTITY b \"c\">]><ListHostedZonesByNameResponse/>",
                 "<ListHostedZonesByNameResponse><HostedZones><HostedZone><Id>/hostedzone/../x</Id>"
                 "</HostedZone></HostedZones></ListHostedZonesByNameResponse>",
                 "<ListHostedZonesByNameResponse><IsTruncated>true</IsTruncated>"
                 "</ListHostedZonesByNameResponse>");
    CAPTURE(body);

    CHECK_THROWS_AS(decode_zones(body), Error);
    CHECK_THROWS_AS(decode_change(body, "GetChangeResponse"), Error);
}

TEST_CASE("what stands in values is written as text, not as markup", "[dns01][unit]") {
    const std::vector<RecordChange> changes{{Action::Create, set_of({"\"<a>&\""})}};

    CHECK_THAT(encode_changes(changes), Contains("<Value>\"&lt;a&gt;&amp;\"</Value>") &&
                                            Contains("<Action>CREATE</Action>") &&
                                            Contains("2013-04-01/\""));
}

}  // namespace
}  // namespace kcert::dns01::route53
