// SPDX-License-Identifier: Apache-2.0

#include "json/json.h"

#include <catch2/catch.hpp>

#include "base/error.h"

namespace kcert::json {
namespace {

std::string fault(std::string_view text) {
    try {
        parse_json(text);
    } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::Config);
        return error.what();
    }
    return "read";
}

std::string nested(std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
}

}  // namespace

TEST_CASE("json is read and written back compactly", "[json][unit]") {
    const char* text = R"({"a":[1,-2,2.5,true,false,null],"b":{"c":"\u00e4\"\\\n"},"d":[],"e":{}})";

    CHECK(
        write_json(parse_json(text)) ==
        "{\"a\":[1,-2,2.5,true,false,null],\"b\":{\"c\":\"\u00e4\\\"\\\\\\n\"},\"d\":[],\"e\":{}}");
}

TEST_CASE("json is printed as kubectl prints it", "[json][unit]") {
    CHECK(write_pretty_json(parse_json(R"({"a":[1,{}],"b":[]})")) ==
          "{\n    \"a\": [\n        1,\n        {}\n    ],\n    \"b\": []\n}\n");
}

TEST_CASE("json that is printed holds no control of a terminal", "[json][unit]") {
    const Value value = Value::object({{"a\x7f", "\x1b[31m \u009b1m \u00e4 \u00a0 \xc2"}});

    const std::string text = write_pretty_json(value);

    CHECK(text == "{\n    \"a\\u007f\": \"\\u001B[31m \\u009b1m \u00e4 \u00a0 \xc2\"\n}\n");
    CHECK(parse_json(R"({"a":"\u009b"})") ==
          parse_json(write_pretty_json(parse_json("{\"a\":\"\u009b\"}"))));
}

TEST_CASE("integers of 64 bits stay exact and larger ones become floats", "[json][unit]") {
    CHECK(parse_json("9223372036854775807").as_int() == INT64_MAX);
    CHECK(parse_json("-9223372036854775808").as_int() == INT64_MIN);
    CHECK_FALSE(parse_json("9223372036854775808").is_int());
    CHECK(parse_json("9223372036854775808").as_double() == 9223372036854775808.0);
    CHECK(parse_json("1e2").as_double() == 100.0);
}

TEST_CASE("each json value knows the line it began on", "[json][unit]") {
    const Value value = parse_json("{\n  \"a\": [\n    1,\n    \"x\"\n  ],\n\n  \"b\": {\n} }");

    CHECK(value.line() == 1);
    CHECK(value["a"].line() == 2);
    CHECK(value["a"].as_array()[1].line() == 4);
    CHECK(value["b"].line() == 7);
}

TEST_CASE("of json members of the same name the last counts", "[json][unit]") {
    CHECK(write_json(parse_json(R"({"a":1,"b":2,"a":3})")) == R"({"a":3,"b":2})");
}

TEST_CASE("a fault in json is told by line and column and never quoted", "[json][unit]") {
    CHECK(fault("{\n  \"key\": hunter2\n}") == "line 2, column 10: invalid value");
    CHECK(fault("").starts_with("line 1, column 1: the document is empty"));
    CHECK(fault("{} {}").starts_with("line 1, column 4: "));
    CHECK(fault("{\"a\":1,}").starts_with("line 1, column 8: "));
    CHECK(fault("[1e999]") != "read");
    CHECK(fault("[NaN]") != "read");
    CHECK(fault("{'a':1}") != "read");
    CHECK(fault("[1] // no") != "read");
}

TEST_CASE("a NUL does not hide what stands behind it", "[json][unit]") {
    CHECK(fault(std::string_view("{}\0{", 4)) == "line 1, column 3: a NUL character");
}

TEST_CASE("texts in json are UTF-8", "[json][unit]") {
    CHECK(fault("[\"\xff\"]") != "read");
    CHECK(fault("[\"\xed\xa0\x80\"]") != "read");
    CHECK(fault(R"(["\ud800"])") != "read");
    CHECK(parse_json(R"(["\ud83d\udd12"])").as_array()[0].as_string() == "\U0001f512");
}

TEST_CASE("json may be nested a hundred levels deep and no deeper", "[json][unit]") {
    CHECK(fault(nested(100)) == "read");
    CHECK(fault(nested(101)).ends_with("nested more than 100 levels deep"));
    CHECK(fault(std::string(1'000'000, '[')).ends_with("nested more than 100 levels deep"));
}

TEST_CASE("many members are read in reasonable time", "[json][unit]") {
    std::string text = "{\"a\":0";
    for (int i = 0; i < 50'000; ++i) {
        text += ",\"k" + std::to_string(i) + "\":0";
    }

    CHECK(parse_json(text + "}").as_object().size() == 50'001);
}

}  // namespace kcert::json
