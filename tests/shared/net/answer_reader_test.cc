// SPDX-License-Identifier: Apache-2.0

#include "net/answer_reader.h"

#include <catch2/catch.hpp>

namespace kcert::net {

TEST_CASE("headers keep their order and repeats, names in lower case", "[net][unit]") {
    AnswerReader reader(100);

    for (const auto* line :
         {"HTTP/1.1 200 OK\r\n", "Link: <a>\r\n", "X-Empty:\r\n", "LINK:  <b> \r\n", "\r\n"}) {
        REQUIRE(reader.add_line(line));
    }

    CHECK(reader.take().headers == Headers{{"link", "<a>"}, {"x-empty", ""}, {"link", "<b>"}});
}

TEST_CASE("an interim answer's headers do not count as the answer's", "[net][unit]") {
    AnswerReader reader(100);

    for (const auto* line : {"HTTP/1.1 103 Early Hints\r\n", "Link: <early>\r\n", "\r\n",
                             "HTTP/1.1 200 OK\r\n", "A: b\r\n", "\r\n", "Trailer: late\r\n"}) {
        REQUIRE(reader.add_line(line));
    }

    CHECK(reader.take().headers == Headers{{"a", "b"}});
}

TEST_CASE("a folded line goes on with the header before it", "[net][unit]") {
    AnswerReader reader(100);

    for (const auto* line : {"HTTP/1.1 200 OK\r\n", "A: b\r\n", "\t c\r\n", "no header\r\n"}) {
        REQUIRE(reader.add_line(line));
    }

    CHECK(reader.take().headers == Headers{{"a", "b c"}});
}

TEST_CASE("a body up to its bound is taken, one byte more is not", "[net][unit]") {
    AnswerReader reader(4);

    CHECK(reader.add_body("ab"));
    CHECK(reader.add_body("cd"));
    CHECK(reader.fault() == AnswerReader::Fault::None);
    CHECK_FALSE(reader.add_body("e"));
    CHECK(reader.fault() == AnswerReader::Fault::BodyTooLong);
}

TEST_CASE("a body may be compressed once, with chunks around it", "[net][unit]") {
    AnswerReader reader(4);

    for (const auto* line : {"HTTP/1.1 200 OK\r\n", "Content-Encoding: gzip, identity\r\n",
                             "Transfer-Encoding: chunked\r\n", "\r\n"}) {
        CHECK(reader.add_line(line));
    }

    CHECK(reader.fault() == AnswerReader::Fault::None);
}

TEST_CASE("a body that is compressed more than once is not taken", "[net][unit]") {
    const auto* const second =
        GENERATE("Content-Encoding: gzip, br\r\n", "content-encoding: GZIP\r\n",
                 "Transfer-Encoding: gzip, chunked\r\n", " gzip\r\n");
    AnswerReader reader(4);
    for (const auto* line : {"HTTP/1.1 200 OK\r\n", "Content-Encoding: gzip\r\n"}) {
        REQUIRE(reader.add_line(line));
    }

    CHECK_FALSE(reader.add_line(second));

    CHECK(reader.fault() == AnswerReader::Fault::PackedAgain);
}

TEST_CASE("too many headers are not taken", "[net][unit]") {
    AnswerReader reader(4);
    int taken = 0;

    while (taken < 1000 && reader.add_line("A: b\r\n")) {
        ++taken;
    }

    CHECK(taken == 200);
    CHECK(reader.fault() == AnswerReader::Fault::HeadersTooLong);
}

TEST_CASE("too long a head is not taken, even in many interim answers", "[net][unit]") {
    AnswerReader reader(4);
    const std::string line = "A: " + std::string(1000, 'b') + "\r\n";
    int taken = 0;

    while (taken < 1000 && reader.add_line("HTTP/1.1 100 Continue\r\n") && reader.add_line(line)) {
        ++taken;
    }

    CHECK(taken < 66);
    CHECK(reader.fault() == AnswerReader::Fault::HeadersTooLong);
}

}  // namespace kcert::net
