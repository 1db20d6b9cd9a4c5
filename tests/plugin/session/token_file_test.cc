// SPDX-License-Identifier: Apache-2.0

#include <filesystem>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "session/token_file.h"
#include "support/manual_clock.h"
#include "support/temporary_folder.h"

namespace kcert::session {
namespace {

struct Desk {
    BearerToken token(const std::string& text = "") {
        return BearerToken(Sensitive(text), folder.path() / "token", clock,
                           [this](const std::string& warning) { warnings.push_back(warning); });
    }

    testing::TemporaryFolder folder;
    testing::ManualClock clock;
    std::vector<std::string> warnings;
};

std::string sent(BearerToken& token) {
    net::Request request;
    token.add_to(request, {});
    return request.headers.at(0).second;
}

TEST_CASE("a token file is trimmed and read again after 50 s", "[session][unit]") {
    Desk desk;
    desk.folder.write("token", "  one\n");
    BearerToken token = desk.token();
    CHECK(sent(token) == "Bearer one");
    desk.folder.write("token", "two\n");

    desk.clock.advance(std::chrono::seconds(49));
    CHECK(sent(token) == "Bearer one");
    desk.clock.advance(std::chrono::seconds(1));
    CHECK(sent(token) == "Bearer two");
}

TEST_CASE("a token that was refused is read again at once", "[session][unit]") {
    Desk desk;
    desk.folder.write("token", "one");
    BearerToken token = desk.token();
    net::Request request;
    token.add_to(request, {});
    desk.folder.write("token", "two");

    token.refused(request);

    CHECK(sent(token) == "Bearer two");
}

TEST_CASE("the last good token stays while the file cannot be read, told once", "[session][unit]") {
    Desk desk;
    desk.folder.write("token", "one");
    BearerToken token = desk.token();
    sent(token);
    std::filesystem::remove(desk.folder.path() / "token");
    desk.clock.advance(std::chrono::minutes(1));

    CHECK(sent(token) == "Bearer one");
    CHECK(sent(token) == "Bearer one");
    REQUIRE(desk.warnings.size() == 1);
    CHECK_THAT(desk.warnings[0], Catch::Contains("token: no such file or directory"));

    desk.folder.write("token", "two");
    CHECK(sent(token) == "Bearer two");
}

TEST_CASE("an emptied file leaves the last good token", "[session][unit]") {
    Desk desk;
    desk.folder.write("token", "one");
    BearerToken token = desk.token();
    sent(token);
    desk.folder.write("token", "\n");
    desk.clock.advance(std::chrono::minutes(1));

    CHECK(sent(token) == "Bearer one");
}

TEST_CASE("the file's token comes before the other one, once it is read", "[session][unit]") {
    Desk desk;
    BearerToken token = desk.token("static");

    CHECK(sent(token) == "Bearer static");
    desk.folder.write("token", "file");
    CHECK(sent(token) == "Bearer file");
}

TEST_CASE("a file that never was there is an error where nothing else is", "[session][unit]") {
    Desk desk;
    BearerToken token = desk.token();

    CHECK_THROWS_WITH(sent(token), "open " + (desk.folder.path() / "token").native() +
                                       ": no such file or directory");
}

TEST_CASE("a token with a line end in it never becomes a header", "[session][unit]") {
    Desk desk;
    desk.folder.write("token", "one\r\nX-Other: two");
    BearerToken token = desk.token();

    CHECK_THROWS_WITH(sent(token), Catch::Contains("control character") && !Catch::Contains("one"));
}

}  // namespace
}  // namespace kcert::session
