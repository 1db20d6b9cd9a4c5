// SPDX-License-Identifier: Apache-2.0

#include <catch2/catch.hpp>

#include "json/json.h"
#include "json/yaml.h"

namespace kcert::json {

TEST_CASE("yaml is written as kubectl prints it", "[json][unit]") {
    const Value value = parse_json(
        R"({"kind":"Secret","data":{"tls.crt":"QUJD","empty":""},"list":["a",{"b":1,"c":[true]}],)"
        R"("none":null,"map":{},"seq":[],"lines":"one\ntwo\n"})");

    CHECK(write_yaml(value) == R"(kind: Secret
data:
  tls.crt: QUJD
  empty: ""
list:
- a
- b: 1
  c:
  - true
none: null
map: {}
seq: []
lines: |
  one
  two
)");
}

TEST_CASE("texts that would read as another type are quoted", "[json][unit]") {
    for (const char* text : {"yes",   "null",       "~",
                             "1",     "0x1F",       "1e3",
                             ".5",    "2026-11-30", "2026-11-30T09:15:00Z",
                             "12:30", "- a",        "a: b",
                             "a #b",  "#a",         "a:",
                             "*a",    "&a",         "!a",
                             "%a",    "@a",         "`a",
                             "{a}",   "[a]",        " a",
                             "a ",    "<<",         "=",
                             "---"}) {
        INFO(text);
        CHECK(write_yaml(Value(text)) == "\"" + std::string(text) + "\"\n");
    }
    CHECK(write_yaml(Value("shop/web-tls")) == "shop/web-tls\n");
    CHECK(write_yaml(Value("https://a.test/b?c#d")) == "https://a.test/b?c#d\n");
}

TEST_CASE("yaml that is written reads as the same value", "[json][unit]") {
    const Value value = parse_json(
        R"({"a":"yes","b":["x",{"c":"l1\nl2\n","d":[]},[1,[2,{"z":1}]]],"e":{},"f":"","g":"1",)"
        R"("h":"a: b","i":"\u0001\u009b\u2028","j":[null],"k":" lead\nx","l":"tail\n\n","2":1.5,)"
        R"("m":"\\\"q","n":"a\n\n  b\n c","o":"x\r\ny","p":"\ufeffx","q":"\ttab\nx","r":"\n",)"
        R"("s":"\ud83d\udd12","true":"t","u":"'","v":"a\tb","w":-9223372036854775808,"x y":"z "})");

    CHECK(parse_yaml(write_yaml(value)) == std::vector{value});
}

}  // namespace kcert::json
