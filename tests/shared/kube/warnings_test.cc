// SPDX-License-Identifier: Apache-2.0

#include "kube/warnings.h"

#include <catch2/catch.hpp>

namespace kcert::kube {

using Texts = std::vector<std::string>;

TEST_CASE("warnings of code 299 are read", "[kube][unit]") {
    CHECK(warnings_in({{"warning", R"(299 - "unknown field \"spec.x\"")"},
                       {"date", R"(299 - "no")"},
                       {"warning", R"(299 kube "a, b" "Mon, 30 Nov 2026 09:15:00 GMT", 299 - "c")"},
                       {"warning", R"(199 - "other", 299 - "mine")"}}) ==
          Texts{R"(unknown field "spec.x")", "a, b", "c", "mine"});
    CHECK(warnings_in({{"warning", "299 - \"a\x1b[2J\""}}) == Texts{"a\\x1b[2J"});
    CHECK(warnings_in({{"warning", "299 - \"" + std::string(5000, 'x') + "\""}})[0].size() < 1100);
}

TEST_CASE("what is no warning is passed over", "[kube][unit]") {
    for (const char* text : {"", " ", "299", "299 -", "299 - text", "299 - \"open", "299 - \"a\\",
                             "299 - \"\"", ",,,", "299 - \"x\"\"y\"z"}) {
        INFO(text);
        CHECK(warnings_in({{"warning", text}}).size() <= 1);
    }
}

TEST_CASE("each warning is told once, and no flood of them", "[kube][unit]") {
    Texts told;
    Warnings warnings([&](const std::string& text) { told.push_back(text); });

    warnings.tell_once("a");
    warnings.tell_once("a");
    CHECK(told == Texts{"a"});
    for (int i = 0; i < 1000; ++i) {
        warnings.tell_once(std::to_string(i));
    }
    CHECK(told.size() == 100);
    Warnings(nullptr).tell_once("nobody listens");
}

}  // namespace kcert::kube
