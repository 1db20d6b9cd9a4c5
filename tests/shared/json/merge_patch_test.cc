// SPDX-License-Identifier: Apache-2.0

#include "json/merge_patch.h"

#include <catch2/catch.hpp>

#include "json/json.h"

namespace kcert::json {
namespace {

struct Example {
    const char* target;
    const char* patch;
    const char* result;
};

}  // namespace

TEST_CASE("merge patches do what RFC 7386 appendix A shows", "[json][unit]") {
    const Example example = GENERATE(values<Example>({
        {R"({"a":"b"})", R"({"a":"c"})", R"({"a":"c"})"},
        {R"({"a":"b"})", R"({"b":"c"})", R"({"a":"b","b":"c"})"},
        {R"({"a":"b"})", R"({"a":null})", R"({})"},
        {R"({"a":"b","b":"c"})", R"({"a":null})", R"({"b":"c"})"},
        {R"({"a":["b"]})", R"({"a":"c"})", R"({"a":"c"})"},
        {R"({"a":"c"})", R"({"a":["b"]})", R"({"a":["b"]})"},
        {R"({"a":{"b":"c"}})", R"({"a":{"b":"d","c":null}})", R"({"a":{"b":"d"}})"},
        {R"({"a":[{"b":"c"}]})", R"({"a":[1]})", R"({"a":[1]})"},
        {R"(["a","b"])", R"(["c","d"])", R"(["c","d"])"},
        {R"({"a":"b"})", R"(["c"])", R"(["c"])"},
        {R"({"a":"foo"})", R"(null)", R"(null)"},
        {R"({"a":"foo"})", R"("bar")", R"("bar")"},
        {R"({"e":null})", R"({"a":1})", R"({"e":null,"a":1})"},
        {R"([1,2])", R"({"a":"b","c":null})", R"({"a":"b"})"},
        {R"({})", R"({"a":{"bb":{"ccc":null}}})", R"({"a":{"bb":{}}})"},
    }));

    CHECK(merge_patch(parse_json(example.target), parse_json(example.patch)) ==
          parse_json(example.result));
}

TEST_CASE("combined patches do what the two do one after the other", "[json][unit]") {
    const Value target = parse_json(R"({"a":{"x":1,"y":2,"z":3},"b":1,"c":[1]})");
    const Value first = parse_json(R"({"a":{"x":null,"y":5},"b":{"k":1},"d":1})");
    const Value second = parse_json(R"({"a":{"x":7,"z":null},"b":{"k":null,"m":2},"d":null})");

    const Value combined = combine_patches(first, second);

    CHECK(merge_patch(target, combined) == merge_patch(merge_patch(target, first), second));
    CHECK(combined["a"]["z"].is_null());
    CHECK(combined["a"].has("z"));
    CHECK(combined.has("d"));
}

TEST_CASE("a patch made from two values leads from one to the other", "[json][unit]") {
    const Value from = parse_json(R"({"a":{"x":1,"y":2},"b":[1],"c":"same","d":{"e":1}})");
    const Value to = parse_json(R"({"a":{"x":1,"z":3},"b":[2],"c":"same","d":4})");

    const Value patch = make_patch(from, to);

    CHECK(patch == parse_json(R"({"a":{"y":null,"z":3},"b":[2],"d":4})"));
    CHECK(merge_patch(from, patch) == to);
}

}  // namespace kcert::json
