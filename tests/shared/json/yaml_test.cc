// SPDX-License-Identifier: Apache-2.0

#include "json/yaml.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "json/json.h"

namespace kcert::json {
namespace {

std::string as_json(std::string_view yaml) {
    std::string text;
    for (const Value& document : parse_yaml(yaml)) {
        text += write_json(document) + ";";
    }
    return text;
}

std::string fault(std::string_view yaml) {
    try {
        parse_yaml(yaml);
    } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::Config);
        return error.what();
    }
    return "read";
}

std::string scalar(const std::string& text) {
    return write_json(parse_yaml("[" + text + "]").at(0).as_array().at(0));
}

/// Ten anchors, each a list of ten of the one before.
std::string billion_laughs() {
    std::string text = "a0: &a0 [x, x]\n";
    for (int level = 1; level < 10; ++level) {
        const std::string before = "*a" + std::to_string(level - 1);
        const std::string name = "a" + std::to_string(level);
        text.append(name).append(": &").append(name).append(" [").append(before);
        for (int i = 1; i < 10; ++i) {
            text += ", " + before;
        }
        text += "]\n";
    }
    return text;
}

}  // namespace

TEST_CASE("yaml documents become values and empty ones are left out", "[json][unit]") {
    CHECK(as_json("---\n---\na: 1\n---\n# nothing\n---\n- b\n...\n") == R"({"a":1};["b"];)");
    CHECK(as_json("").empty());
    CHECK(as_json("\xef\xbb\xbf"
                  "a: b\r\nc: d\r\n") == R"({"a":"b","c":"d"};)");
}

TEST_CASE("json is read where yaml is expected, tabs included", "[json][unit]") {
    CHECK(as_json("\n{\n\t\"a\":\t[1]\n}\n") == R"({"a":[1]};)");
    CHECK(as_json("{a: b}") == R"({"a":"b"};)");
    CHECK(as_json("[1, \"a\"]") == R"([1,"a"];)");
}

TEST_CASE("plain scalars are typed as kubectl types them", "[json][unit]") {
    for (const char* text : {"y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "ON"}) {
        CHECK(scalar(text) == "true");
    }
    for (const char* text : {"n", "no", "No", "NO", "false", "False", "FALSE", "off", "Off"}) {
        CHECK(scalar(text) == "false");
    }
    for (const char* text : {"~", "null", "Null", "NULL"}) {
        CHECK(scalar(text) == "null");
    }
    for (const char* text :
         {"yEs", "tRUE", "nULL", "_1", "1__x", "0x", "1.2.3", "-", "+", ".", "e3", "1e",
          "2026-11-30", "10.0.0.1", "0b12", "08x", "1h", "--1", "inf"}) {
        CHECK(scalar(text) == "\"" + std::string(text) + "\"");
    }
}

TEST_CASE("plain numbers are typed as kubectl types them", "[json][unit]") {
    CHECK(scalar("8080") == "8080");
    CHECK(scalar("-12") == "-12");
    CHECK(scalar("+12") == "12");
    CHECK(scalar("0x1F") == "31");
    CHECK(scalar("0o17") == "15");
    CHECK(scalar("017") == "15");
    CHECK(scalar("0b101") == "5");
    CHECK(scalar("-0b101") == "-5");
    CHECK(scalar("1_000") == "1000");
    CHECK(scalar("08") == "8");
    CHECK(scalar("1e3") == "1000");
    CHECK(scalar("1.0") == "1");
    CHECK(scalar(".5") == "0.5");
    CHECK(scalar("-2.5e-3") == "-0.0025");
    CHECK(scalar("9223372036854775807") == "9223372036854775807");
    CHECK(scalar("-9223372036854775808") == "-9223372036854775808");
    CHECK(parse_yaml("18446744073709551615").at(0).as_double() == 18446744073709551615.0);
}

TEST_CASE("quoted scalars, blocks and tagged texts are strings", "[json][unit]") {
    CHECK(as_json("a: \"yes\"\nb: '1'\nc: |\n  1\nd: !!str 1\ne: \"\"\n") ==
          R"({"a":"yes","b":"1","c":"1\n","d":"1","e":""};)");
    CHECK(as_json("a: !!int \"7\"\nb: !!binary aGk=\n") == R"({"a":7,"b":"hi"};)");
}

TEST_CASE("keys are named as kubectl names them", "[json][unit]") {
    CHECK(as_json("8080: web\non: push\n\"on\": x\n1.5: z\n") ==
          R"({"8080":"web","true":"push","on":"x","1.5":"z"};)");
}

TEST_CASE("an alias stands for a copy of its anchor", "[json][unit]") {
    CHECK(as_json("a: &x {k: [1]}\nb: *x\nc: &t text\nd: *t\n*t : key\n") ==
          R"({"a":{"k":[1]},"b":{"k":[1]},"c":"text","d":"text","text":"key"};)");
}

TEST_CASE("merge keys fill in what the map does not say itself", "[json][unit]") {
    CHECK(as_json("base: &b {x: 1, v: 2}\nother: &o {v: 3, z: 4}\n"
                  "one: {x: 9, <<: *b}\nmany:\n  <<: [*b, *o]\n  w: 0\n") ==
          R"({"base":{"x":1,"v":2},"other":{"v":3,"z":4},)"
          R"("one":{"x":9,"v":2},"many":{"w":0,"x":1,"v":2,"z":4}};)");
    CHECK(as_json("{\"<<\": 1}") == R"({"<<":1};)");
    CHECK(fault("<<: 1\n").ends_with("<< needs a map or a list of maps"));
}

TEST_CASE("each yaml value knows the line it began on", "[json][unit]") {
    const Value value = parse_yaml("# head\na: 1\nb:\n  - x\n  - k: z\n").at(0);

    CHECK(value.line() == 2);
    CHECK(value["b"].line() == 4);
    CHECK(value["b"].as_array()[1]["k"].line() == 5);
}

TEST_CASE("a key twice in a map is refused where it stands", "[json][unit]") {
    CHECK(fault("a: 1\nb: 2\na: 3\n") == "line 3, column 1: a key that stands in this map already");
    CHECK(fault("1: a\n\"1\": b\n") != "read");
}

TEST_CASE("aliases do not expand without bound", "[json][unit]") {
    CHECK(fault(billion_laughs()).ends_with("aliases expand to more than 10000 nodes"));

    std::string long_text = "a: &a " + std::string(100'000, 'x') + "\nb: [";
    for (int i = 0; i < 1000; ++i) {
        long_text += "*a,";
    }
    CHECK(fault(long_text + "]\n").ends_with("aliases expand to more than 10000 nodes"));
}

TEST_CASE("an alias inside of its own anchor is refused", "[json][unit]") {
    CHECK(fault("a: &a\n  b: *a\n").ends_with("an alias inside of what it stands for"));
    CHECK(fault("a: *nowhere\n") != "read");
}

TEST_CASE("yaml may be nested a hundred levels deep and no deeper", "[json][unit]") {
    CHECK(fault(std::string(100, '[') + std::string(100, ']')) == "read");
    CHECK(fault(std::string(101, '[') + std::string(101, ']')) ==
          "line 1, column 101: nested more than 100 levels deep");
    CHECK(fault(std::string(50'000, '[')) != "read");
    CHECK(fault(std::string(50'000, '{')) != "read");

    const std::string deep = "&a " + std::string(60, '[') + std::string(60, ']');
    CHECK(fault("x: " + deep + "\ny: " + std::string(60, '[') + "*a" + std::string(60, ']'))
              .ends_with("nested more than 100 levels deep"));
}

TEST_CASE("what no yaml may hold is refused by line and column", "[json][unit]") {
    CHECK(fault("a: b\nc: \x01\n") == "line 2, column 4: a control character");
    CHECK(fault(std::string_view("a: b\0c", 6)) == "line 1, column 5: a control character");
    CHECK(fault("a: b\nc: \xff\n") == "line 2, column 1: the line is not UTF-8");
    CHECK(fault("a: .nan\n") == "line 1, column 4: a number that JSON cannot hold");
    CHECK(fault("a: -.inf\n") != "read");
    CHECK(fault("? [a]\n: b\n") != "read");
    CHECK(fault("~: b\n") != "read");
    CHECK(fault("a: !Ref b\n") != "read");
    CHECK(fault("a: !!int x\n") != "read");
    CHECK(fault("a: !!binary '*'\n") != "read");
}

TEST_CASE("broken yaml is told by line and column and never quoted", "[json][unit]") {
    for (const char* text :
         {"a: [1", "a: 'hunter2", "a: b: c", "\ta: b", "a: \"\\q\"", "%YAML 9.9\n---\na",
          "a: |x\n b", "- a\nb: c", "a: &", "a: *", "]", "}", "a: @b", "? ? ?"}) {
        INFO(text);
        const std::string message = fault(text);
        CHECK((message == "read" || message.starts_with("line ")));
        CHECK(message.find("hunter2") == std::string::npos);
    }
    CHECK(fault("a: [1").starts_with("line 1, column "));
    CHECK(fault("a: 1\n---\n,") == "line 3, column 1: something that begins no value");
    CHECK(fault("\"a\" ]") == "line 1, column 5: illegal flow end");
}

}  // namespace kcert::json
