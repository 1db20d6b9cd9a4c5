// SPDX-License-Identifier: Apache-2.0

#include "dns01/clouddns/record_sets.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "json/json.h"

namespace kcert::dns01::clouddns {
namespace {

using Catch::Matchers::Contains;

const std::string kName = "_acme-challenge.example.com.";

RecordSet set_of(const char* rrdatas) {
    return read_record_set(json::parse_json(
        R"({"kind":"dns#resourceRecordSet","name":")" + kName +
        R"(","type":"TXT","ttl":3600,"signatureRrdatas":["x"],"rrdatas":)" + rrdatas + "}"));
}

RecordChange planned(const char* rrdatas, Edit edit) {
    return plan_change({{kName, {"ours", "second"}}}, {{kName, set_of(rrdatas)}}, edit);
}

std::string added(const RecordChange& change) {
    REQUIRE(change.additions.size() == 1);
    return json::write_json(change.additions[0]["rrdatas"]);
}

TEST_CASE("where nothing stands a set of a minute's TTL is added", "[dns01][unit]") {
    const RecordChange change = plan_change({{kName, {"ours", "second", "ours"}}}, {}, Edit::Add);

    CHECK(change.deletions.empty());
    REQUIRE(change.additions.size() == 1);
    CHECK(change.additions[0] ==
          json::parse_json(R"({"kind":"dns#resourceRecordSet","name":")" + kName +
                           R"(","type":"TXT","ttl":60,"rrdatas":["\"ours\"","\"second\""]})"));
}

TEST_CASE("values are added behind those of others, whose TTL and writing stay", "[dns01][unit]") {
    const RecordChange change = planned(R"(["\"v=spf1\" \" -all\"","bare","\"ours\""])", Edit::Add);

    REQUIRE(change.deletions.size() == 1);
    CHECK(change.deletions[0] == set_of(R"(["\"v=spf1\" \" -all\"","bare","\"ours\""])").as_read);
    CHECK(added(change) == R"(["\"v=spf1\" \" -all\"","bare","\"ours\"","\"second\""])");
    CHECK(change.additions[0]["ttl"] == json::Value(3600));
}

TEST_CASE("what stands already needs no change, however it is written", "[dns01][unit]") {
    CHECK(planned(R"(["ours","\"sec\" \"ond\""])", Edit::Add).empty());
}

TEST_CASE("our values are removed and no others", "[dns01][unit]") {
    const RecordChange change =
        planned(R"(["\"ours\"","\"neighbour\"","\"second\"","\"broken"])", Edit::Remove);

    CHECK(change.deletions.size() == 1);
    CHECK(added(change) == R"(["\"neighbour\"","\"broken"])");
    CHECK(change.additions[0]["ttl"] == json::Value(3600));
}

TEST_CASE("a set goes with its last value", "[dns01][unit]") {
    const RecordChange change = planned(R"(["\"second\"","\"ours\""])", Edit::Remove);

    CHECK(change.deletions.size() == 1);
    CHECK(change.additions.empty());
}

TEST_CASE("what is not there need not be removed", "[dns01][unit]") {
    CHECK(planned(R"(["\"neighbour\""])", Edit::Remove).empty());
    CHECK(plan_change({{kName, {"ours"}}}, {}, Edit::Remove).empty());
}

TEST_CASE("a malformed set is refused", "[dns01][unit]") {
    const char* text = GENERATE(
        "7", "{}", R"({"name":7,"ttl":60,"rrdatas":[]})",
        R"({"name":"a.","ttl":"60","rrdatas":[]})", R"({"name":"a.","ttl":-1,"rrdatas":[]})",
        R"({"name":"a.","ttl":4294967296,"rrdatas":[]})", R"({"name":"a.","ttl":60,"rrdatas":"x"})",
        R"({"name":"a.","ttl":60,"rrdatas":[7]})");
    CAPTURE(text);

    CHECK_THROWS_WITH(read_record_set(json::parse_json(text)), Contains("malformed record set"));
}

TEST_CASE("a set with a routing policy cannot hold a challenge", "[dns01][unit]") {
    CHECK_THROWS_WITH(read_record_set(json::parse_json(
                          R"({"name":"a.test.","ttl":60,"routingPolicy":{"wrr":{}}})")),
                      Contains("a.test. have a routing policy"));
}

}  // namespace
}  // namespace kcert::dns01::clouddns
