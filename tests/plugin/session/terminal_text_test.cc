// SPDX-License-Identifier: Apache-2.0

#include <catch2/catch.hpp>

#include "session/terminal_text.h"

namespace kcert::session {
namespace {

TEST_CASE("escape sequences are shown, line ends kept", "[session][unit]") {
    TerminalText text;

    CHECK(text.add("open \x1b]0;owned\x07 it\n\tnow\n") == "open \\x1b]0;owned\\x07 it\n\tnow\n");
}

TEST_CASE("an escape sequence in two pieces is shown as well", "[session][unit]") {
    TerminalText text;

    CHECK(text.add("a\x1b") == "a\\x1b");
    CHECK(text.add("[2J") == "[2J");
}

TEST_CASE("a character in two pieces is one character", "[session][unit]") {
    TerminalText text;

    CHECK(text.add("caf\xc3") == "caf");
    CHECK(text.add("\xa9\xe2\x82") == "\xc3\xa9");
    CHECK(text.add("\xac") == "\xe2\x82\xac");
    CHECK(text.rest().empty());
}

TEST_CASE("half a character at the end is shown as the byte it is", "[session][unit]") {
    TerminalText text;
    text.add("\xc3");

    CHECK(text.rest() == "\\xc3");
}

TEST_CASE("a carriage return ends a line, once", "[session][unit]") {
    TerminalText text;

    CHECK(text.add("10%\r20%\r") == "10%\n20%");
    CHECK(text.add("\ndone\r\n") == "\ndone\n");
}

TEST_CASE("a prompt without a line end is there at once", "[session][unit]") {
    TerminalText text;

    CHECK(text.add("Password: ") == "Password: ");
}

}  // namespace
}  // namespace kcert::session
