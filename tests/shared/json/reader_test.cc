// SPDX-License-Identifier: Apache-2.0

#include "json/reader.h"

#include <catch2/catch.hpp>

#include "json/yaml.h"

namespace kcert::json {
namespace {

Value yaml(std::string_view text) {
    return parse_yaml(text).at(0);
}

std::vector<std::string> texts(const Findings& findings) {
    std::vector<std::string> result;
    for (const Finding& finding : findings) {
        result.push_back(format(finding));
    }
    return result;
}

const FieldPath kSpec("spec");

}  // namespace

TEST_CASE("members are read by their types", "[json][unit]") {
    const Value value = yaml("s: text\ni: 7\nb: yes\nl: [a, b]\nm: {k: v}\no: {x: 1}\nr: [1]\n");
    Findings findings;
    ObjectReader reader(value, kSpec, findings);

    CHECK(reader.string("s") == "text");
    CHECK(reader.integer("i") == 7);
    CHECK(reader.boolean("b"));
    CHECK(reader.strings("l") == std::vector<std::string>{"a", "b"});
    CHECK(reader.string_map("m") == std::vector<std::pair<std::string, std::string>>{{"k", "v"}});
    CHECK(reader.object("o")->integer("x") == 1);
    CHECK(reader.raw("r").is_array());
    CHECK(findings.empty());
}

TEST_CASE("what is absent or null reads as the default without a finding", "[json][unit]") {
    const Value value = yaml("s: null\n");
    Findings findings;
    ObjectReader reader(value, kSpec, findings);

    CHECK(reader.string("s").empty());
    CHECK_FALSE(reader.optional_string("s"));
    CHECK(reader.integer("i") == 0);
    CHECK_FALSE(reader.boolean("b"));
    CHECK(reader.strings("l").empty());
    CHECK_FALSE(reader.object("o"));
    CHECK(reader.objects("os").empty());
    CHECK(reader.raw("r").is_null());
    CHECK_FALSE(reader.has("s"));
    CHECK(findings.empty());
}

TEST_CASE("each wrong type is a finding with its path, and reading goes on", "[json][unit]") {
    const Value value =
        yaml("s: 1\ni: x\nb: 1\nl: [a, 2]\nm: {k.x: 1}\no: []\nos:\n- a: 1\n- 5\nlast: text\n");
    Findings findings;
    ObjectReader reader(value, kSpec, findings);

    reader.string("s");
    reader.integer("i");
    reader.boolean("b");
    const auto strings = reader.strings("l");
    reader.string_map("m");
    reader.object("o");
    const auto objects = reader.objects("os");

    CHECK(reader.string("last") == "text");
    CHECK(strings == std::vector<std::string>{"a", ""});
    CHECK(objects.size() == 2);
    CHECK(texts(findings) == std::vector<std::string>{
                                 "spec.s: Invalid value: \"integer\": must be of type string",
                                 "spec.i: Invalid value: \"string\": must be of type integer",
                                 "spec.b: Invalid value: \"integer\": must be of type boolean",
                                 "spec.l[1]: Invalid value: \"integer\": must be of type string",
                                 "spec.m[k.x]: Invalid value: \"integer\": must be of type string",
                                 "spec.o: Invalid value: \"array\": must be of type object",
                                 "spec.os[1]: Invalid value: \"integer\": must be of type object"});
    CHECK(findings[0].rule == "schema/type");
    CHECK(findings[0].line == 1);
    CHECK(findings[6].line == 9);
}

TEST_CASE("members that nobody asked for become warnings with a guess", "[json][unit]") {
    const Value value = yaml("dnsNames: [a]\nsecretNmae: x\nzzz: 1\nlegacy: 1\n");
    Findings findings;
    ObjectReader reader(value, kSpec, findings);
    reader.strings("dnsNames");
    reader.string("secretName");

    reader.report_unknown({"legacy"});

    CHECK(texts(findings) ==
          std::vector<std::string>{"spec.secretNmae: unknown field, did you mean \"secretName\"?",
                                   "spec.zzz: unknown field"});
    CHECK(findings[0].severity == Severity::Warning);
    CHECK(findings[0].rule == "schema/unknown-field");
    CHECK(findings[0].line == 2);
}

}  // namespace kcert::json
