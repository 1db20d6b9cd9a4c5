// SPDX-License-Identifier: Apache-2.0

#include "json/value.h"

#include <catch2/catch.hpp>

#include "json/json.h"

namespace kcert::json {

TEST_CASE("a path leads to the member or to null", "[json][unit]") {
    const Value value = parse_json(R"({"metadata":{"name":"web","labels":{"a.b/c":"d"}},"n":[1]})");

    CHECK(value.text({"metadata", "name"}) == "web");
    CHECK(value.text({"metadata", "labels", "a.b/c"}) == "d");
    CHECK(value.at({"metadata", "name", "more"}).is_null());
    CHECK(value.text({"n"}).empty());
    CHECK(value["absent"]["deeper"].is_null());
}

TEST_CASE("members keep their order and are replaced in place", "[json][unit]") {
    Value value;
    value.set("b", 1);
    value.set("a", 2);
    value.set("b", "new");
    value.member("c").push_back(true);

    CHECK(write_json(value) == R"({"b":"new","a":2,"c":[true]})");
    CHECK(value.erase("b"));
    CHECK_FALSE(value.erase("b"));
}

TEST_CASE("values are equal in any order of members and on any line", "[json][unit]") {
    CHECK(parse_json(R"({"a":1,"b":[1,2]})") == parse_json("{\n\"b\":[1,2],\n\"a\":1.0}"));
    CHECK_FALSE(parse_json(R"({"a":1})") == parse_json(R"({"a":1,"b":null})"));
    CHECK_FALSE(parse_json("[1,2]") == parse_json("[2,1]"));
    CHECK_FALSE(parse_json("1") == parse_json("\"1\""));
}

TEST_CASE("the type's name is what a message calls it", "[json][unit]") {
    CHECK(Value().type_name() == "null");
    CHECK(Value(true).type_name() == "boolean");
    CHECK(Value(1).type_name() == "integer");
    CHECK(Value(1.5).type_name() == "number");
    CHECK(Value("").type_name() == "string");
    CHECK(Value::array().type_name() == "array");
    CHECK(Value::object().type_name() == "object");
}

}  // namespace kcert::json
