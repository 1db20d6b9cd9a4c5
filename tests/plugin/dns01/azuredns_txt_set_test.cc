// SPDX-License-Identifier: Apache-2.0

#include "dns01/azuredns/txt_set.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "dns01/azuredns/azure_permissions.h"
#include "dns01/azuredns/next_link.h"
#include "json/json.h"

namespace kcert::dns01::azuredns {
namespace {

using Values = std::vector<std::string>;

constexpr const char* kManager = "https://management.azure.com";

TxtSet set_of(const std::string& records, const std::string& metadata = "{}") {
    return read_txt_set(
        json::parse_json(R"({"etag": "e1", "properties": {"TTL": 300, "metadata": )" + metadata +
                         R"(, "TXTRecords": )" + records + "}}"));
}

json::Value body_of(const std::optional<TxtWrite>& write) {
    REQUIRE(write);
    return json::parse_json(write->body)["properties"];
}

TEST_CASE("an azuredns set that is not there is created with a TTL of 60", "[dns01][unit]") {
    const std::optional<TxtWrite> write = plan_write({}, Values{"a", "b"}, TxtEdit::Add);

    CHECK(body_of(write) ==
          json::parse_json(R"({"TTL": 60, "TXTRecords": [{"value": ["a"]}, {"value": ["b"]}]})"));
    CHECK(write->kind == TxtWrite::Kind::Create);
}

TEST_CASE("an azuredns neighbour's strings, TTL and metadata are written back as they were read",
          "[dns01][unit]") {
    const TxtSet read = set_of(R"([{"value": ["v=spf1 ", "-all"]}])", R"({"team": "mail"})");

    const std::optional<TxtWrite> write = plan_write(read, Values{"a"}, TxtEdit::Add);

    CHECK(body_of(write) == json::parse_json(R"({"TTL": 300, "metadata": {"team": "mail"},
        "TXTRecords": [{"value": ["v=spf1 ", "-all"]}, {"value": ["a"]}]})"));
    CHECK(write->kind == TxtWrite::Kind::Replace);
    CHECK(write->etag == "e1");
}

TEST_CASE("an azuredns value is the sum of its strings, and cut into strings of 255 bytes",
          "[dns01][unit]") {
    CHECK_FALSE(plan_write(set_of(R"([{"value": ["a", "b"]}])"), Values{"ab"}, TxtEdit::Add));

    const json::Value body = body_of(plan_write({}, Values{std::string(600, 'x')}, TxtEdit::Add));
    const json::Value::Array strings = body["TXTRecords"].as_array()[0]["value"].as_array();
    REQUIRE(strings.size() == 3);
    CHECK(strings[0].as_string().size() == 255);
    CHECK(strings[2].as_string().size() == 90);
}

TEST_CASE("an azuredns set goes when the last of its values was ours", "[dns01][unit]") {
    const std::optional<TxtWrite> all = plan_write(
        set_of(R"([{"value": ["a"]}, {"value": ["b"]}])"), Values{"a", "b"}, TxtEdit::Remove);
    const std::optional<TxtWrite> one =
        plan_write(set_of(R"([{"value": ["a"]}, {"value": ["b"]}])"), Values{"a"}, TxtEdit::Remove);

    REQUIRE(all);
    CHECK(all->kind == TxtWrite::Kind::Remove);
    CHECK(all->etag == "e1");
    CHECK(body_of(one)["TXTRecords"] == json::parse_json(R"([{"value": ["b"]}])"));
    CHECK_FALSE(plan_write({}, Values{"a"}, TxtEdit::Remove));
    CHECK_FALSE(plan_write(set_of("[]"), Values{"a"}, TxtEdit::Remove));
}

TEST_CASE("an azuredns set that could not be written back is malformed", "[dns01][unit]") {
    const auto* const text =
        GENERATE("{}", R"({"etag": "e", "properties": {"TTL": 60}})",
                 R"({"etag": "e", "properties": {"TTL": "60", "TXTRecords": []}})",
                 R"({"properties": {"TTL": 60, "TXTRecords": []}})",
                 R"({"etag": "a\r\nX: y", "properties": {"TTL": 60, "TXTRecords": []}})",
                 R"({"etag": "*", "properties": {"TTL": 60, "TXTRecords": []}})",
                 R"({"etag": "e", "properties": {"TTL": 60, "TXTRecords": ["a"]}})",
                 R"({"etag": "e", "properties": {"TTL": 60, "TXTRecords": [{"value": "a"}]}})",
                 R"({"etag": "e", "properties": {"TTL": 60, "TXTRecords": [{"value": [7]}]}})",
                 R"({"etag": "e", "properties": {"TTL": 60, "metadata": [], "TXTRecords": []}})");

    CHECK_THROWS_AS(read_txt_set(json::parse_json(text)), Error);
}

TEST_CASE("azuredns actions match by wildcards, whatever the case", "[dns01][unit]") {
    const char* const write = "Microsoft.Network/dnsZones/TXT/write";

    CHECK(matches_action("*", write));
    CHECK(matches_action("microsoft.network/dnszones/txt/WRITE", write));
    CHECK(matches_action("Microsoft.Network/dnsZones/*", write));
    CHECK(matches_action("*/write", write));
    CHECK(matches_action("Microsoft.Network/*/TXT/*", write));
    CHECK(matches_action("Microsoft.Network/*Zones*/write", write));
    CHECK_FALSE(matches_action("*/read", write));
    CHECK_FALSE(matches_action("", write));
    CHECK_FALSE(matches_action("Microsoft.Network/dnsZones/TXT/write/*", write));
    CHECK_FALSE(matches_action("Microsoft.Network/*/TXT/TXT/*", write));
    CHECK_FALSE(matches_action("Microsoft.Network/dnsZones/TXT/w*write", write));
    CHECK_FALSE(matches_action(std::string(1000, '*'), write));
}

TEST_CASE("azuredns rights are those of any role, less what the same role excepts",
          "[dns01][unit]") {
    const auto missing = [](const char* text) { return missing_actions(json::parse_json(text)); };

    CHECK(missing(R"([{"actions": ["*"], "notActions": ["Microsoft.Authorization/*/write"]}])")
              .empty());
    CHECK(missing(R"([{"actions": ["*/read"]}, {"actions": ["Microsoft.Network/dnsZones/TXT/*"]}])")
              .empty());
    CHECK(missing(
              R"([{"actions": ["*"], "notActions": ["Microsoft.Network/dnsZones/TXT/delete"]}])") ==
          Values{"Microsoft.Network/dnsZones/TXT/delete"});
    CHECK(missing(R"([{"actions": ["*/read"], "notActions": []}])") ==
          Values{"Microsoft.Network/dnsZones/TXT/write", "Microsoft.Network/dnsZones/TXT/delete"});
    CHECK(missing(R"([7, {"actions": "x"}, {"actions": [7]}])").size() == 3);
    CHECK(missing("{}").size() == 3);
}

TEST_CASE("only the mark of an azuredns page is taken from a link, and only of the same host",
          "[dns01][unit]") {
    CHECK(skip_token("https://management.azure.com:443/x?api-version=1&$skipToken=a%2Fb",
                     kManager) == "a%2Fb");
    CHECK(skip_token("https://management.azure.com/x?%24skiptoken=7", kManager) == "7");
    CHECK_FALSE(skip_token("https://evil.test/x?$skipToken=7", kManager));
    CHECK_FALSE(skip_token("http://management.azure.com/x?$skipToken=7", kManager));
    CHECK_FALSE(skip_token("https://management.azure.com:444/x?$skipToken=7", kManager));
    CHECK_FALSE(skip_token("https://management.azure.com/x?$top=7", kManager));
    CHECK_FALSE(skip_token("https://management.azure.com/x?$skipToken=", kManager));
    CHECK_FALSE(skip_token("https://management.azure.com/x?$skipToken=a b", kManager));
    CHECK_FALSE(skip_token("/x?$skipToken=7", kManager));
    CHECK_FALSE(skip_token("https://management.azure.com/x?$skipToken=" + std::string(9000, 'a'),
                           kManager));
}

}  // namespace
}  // namespace kcert::dns01::azuredns
