// SPDX-License-Identifier: Apache-2.0

#include "dns01/service/quoted_text.h"

#include <catch2/catch.hpp>

namespace kcert::dns01 {
namespace {

TEST_CASE("a text is quoted in strings of 255 bytes", "[dns01][unit]") {
    CHECK(quoted_text("value") == R"("value")");
    CHECK(quoted_text("").size() == 2);
    CHECK(quoted_text(R"(a"b\c)") == R"("a\"b\\c")");
    CHECK(quoted_text("\xff\n") == R"("\255\010")");
    const std::string a(255, 'a');
    CHECK(quoted_text(a) == "\"" + a + "\"");
    CHECK(quoted_text(a + "b") == "\"" + a + "\" \"b\"");
}

TEST_CASE("what was quoted reads as it was", "[dns01][unit]") {
    const std::string text = GENERATE("", "value", R"(a"b\c)", "\xff\n\x7f", std::string(600, 'x'));

    CHECK(unquoted_text(quoted_text(text)) == text);
}

TEST_CASE("a text without quotes, or with such as do not close, stands for itself",
          "[dns01][unit]") {
    const char* text =
        GENERATE("value", "v=spf1 -all", "\"open", "\"a\" b", "\"a\\", "a\"b\"", "\\065");

    CHECK(unquoted_text(text) == text);
}

TEST_CASE("strings are joined whatever stands between them", "[dns01][unit]") {
    CHECK(unquoted_text("\"a\" \t\"b\"\"c\" ") == "abc");
    CHECK(unquoted_text(R"("\065\"\z")") == "A\"z");
}

}  // namespace
}  // namespace kcert::dns01
