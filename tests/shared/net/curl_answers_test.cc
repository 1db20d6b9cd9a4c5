// SPDX-License-Identifier: Apache-2.0

#include <catch2/catch.hpp>

#include "net/curl_http_client.h"
#include "shared/net/local_servers.h"

namespace kcert::net {

namespace {

using std::chrono::milliseconds;
using testing::LocalServer;
using testing::RawServer;
using testing::SlowServer;

constexpr const char* kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

std::string at(const RawServer& server, const char* path) {
    return "http://127.0.0.1:" + std::to_string(server.port()) + path;
}

Error error_of(HttpClient& http, const Request& request) {
    const Outcome outcome = send_all(http, {&request, 1}, {}).front();
    REQUIRE(std::holds_alternative<Error>(outcome));
    return std::get<Error>(outcome);
}

}  // namespace

TEST_CASE("no answer in time is a transport error that names the host", "[net][curl]") {
    SlowServer slow(LocalServer::plain());
    CurlHttpClient http({});

    const Error error =
        error_of(http, {.url = slow.url() + "?key=s3cret", .timeout = milliseconds(50)});

    CHECK(error.kind() == ErrorKind::Transport);
    CHECK(error.what() ==
          "no answer from 127.0.0.1:" + std::to_string(slow.server.port()) + " within 50ms");
}

TEST_CASE("a huge answer is cut off", "[net][curl]") {
    LocalServer server(LocalServer::plain(), [&](httplib::Server& routes) {
        routes.Get("/", [&](const httplib::Request&, httplib::Response& answer) {
            answer.set_content(std::string(200'000, 'x'), "text/plain");
        });
    });
    CurlHttpClient http({});

    const Error error = error_of(http, {.url = server.url("/"), .max_body = 199'999});

    CHECK(error.kind() == ErrorKind::Transport);
    CHECK_THAT(error.what(), Catch::EndsWith("is longer than 199999 bytes"));
    CHECK(send(http, {.url = server.url("/"), .max_body = 200'000}, {}).body.size() == 200'000);
}

TEST_CASE("an answer comes compressed only where the request says so, and is handed on unpacked",
          "[net][curl]") {
    std::vector<std::string> accepted;
    LocalServer server(LocalServer::plain(), [&](httplib::Server& routes) {
        routes.Get("/", [&](const httplib::Request& request, httplib::Response& answer) {
            accepted.push_back(request.get_header_value("Accept-Encoding"));
            answer.set_content(std::string(100'000, 'x'), "text/plain");
        });
    });
    CurlHttpClient http({});

    const Response plain = send(http, {.url = server.url("/")}, {});
    const Response packed =
        send(http, {.url = server.url("/"), .compression = Compression::Gzip}, {});

    CHECK(accepted == std::vector<std::string>{"", "gzip"});
    CHECK_FALSE(plain.header("content-encoding"));
    CHECK(packed.header("content-encoding") == "gzip");
    CHECK(packed.body == plain.body);
}

TEST_CASE("an answer that is small on the wire and huge unpacked is cut off", "[net][curl]") {
    LocalServer server(LocalServer::plain(), [&](httplib::Server& routes) {
        routes.Get("/", [&](const httplib::Request&, httplib::Response& answer) {
            answer.set_content(std::string(8'000'000, 'x'), "text/plain");
        });
    });
    CurlHttpClient http({});

    const Error error = error_of(
        http, {.url = server.url("/"), .compression = Compression::Gzip, .max_body = 100'000});

    CHECK(error.kind() == ErrorKind::Transport);
    CHECK_THAT(error.what(), Catch::EndsWith("is longer than 100000 bytes"));
}

TEST_CASE("an answer that cannot be unpacked, or is packed again, is an error", "[net][curl]") {
    std::string coding = "gzip";
    RawServer server([&](int) {
        return "HTTP/1.1 200 OK\r\nContent-Length: 20\r\nContent-Encoding: " + coding + "\r\n\r\n" +
               std::string(20, 'x');
    });
    CurlHttpClient http({});
    const Request request{.url = at(server, "/"), .compression = Compression::Gzip};

    const Error broken = error_of(http, request);
    coding = "gzip, gzip";
    const Error again = error_of(http, request);

    CHECK(broken.kind() == ErrorKind::Transport);
    CHECK_THAT(broken.what(), Catch::StartsWith("talking to 127.0.0.1:"));
    CHECK(again.kind() == ErrorKind::Transport);
    CHECK_THAT(again.what(), Catch::EndsWith("is compressed more than once"));
}

TEST_CASE("endless headers are cut off", "[net][curl]") {
    RawServer server([](int) {
        std::string answer = "HTTP/1.1 200 OK\r\n";
        for (int i = 0; i < 1000; ++i) {
            answer += "A: b\r\n";
        }
        return answer + "\r\n";
    });
    CurlHttpClient http({});

    const Error error = error_of(http, {.url = at(server, "/")});

    CHECK_THAT(error.what(), Catch::EndsWith("has more headers than are accepted"));
}

TEST_CASE("a redirect is handed back, not followed", "[net][curl]") {
    RawServer server([](int) {
        return "HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n";
    });
    CurlHttpClient http({});

    const Response answer = send(http, {.url = at(server, "/")}, {});

    CHECK(answer.status == 302);
    CHECK(answer.header("location") == "/elsewhere");
    CHECK(server.requests().size() == 1);
}

TEST_CASE("what is not HTTP is said to be none", "[net][curl]") {
    RawServer server([](int) { return "SSH-2.0-OpenSSH_9.2\r\n\r\n"; });
    CurlHttpClient http({});

    const Error error = error_of(http, {.url = at(server, "/")});

    CHECK(error.kind() == ErrorKind::Transport);
    CHECK_THAT(error.what(), Catch::EndsWith("does not answer in HTTP"));
}

TEST_CASE("a cut answer is a transport error", "[net][curl]") {
    RawServer server([](int nth) {
        return nth == 1 ? "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 9\r\n\r\nhalf"
                        : "";
    });
    CurlHttpClient http({});

    const Error error = error_of(http, {.url = at(server, "/"), .timeout = milliseconds(200)});

    CHECK(error.kind() == ErrorKind::Transport);
}

TEST_CASE("a body goes out once, even when a kept connection closes on it", "[net][curl]") {
    RawServer server([](int nth) { return nth == 1 ? kOk : ""; });
    CurlHttpClient http({});
    const Request request{.method = "POST", .url = at(server, "/order"), .body = "{}"};
    send(http, request, {});

    const Error error = error_of(http, request);

    CHECK(error.kind() == ErrorKind::Transport);
    CHECK_THAT(error.what(), Catch::Contains("closed the connection"));
    CHECK(error.cut_off());
    CHECK(server.requests().size() == 2);
}

TEST_CASE("a refused connection is named with its port", "[net][curl]") {
    int port = 0;
    {
        port = RawServer([](int) { return ""; }).port();
    }
    CurlHttpClient http({});

    const Error error = error_of(http, {.url = "http://127.0.0.1:" + std::to_string(port) + "/"});

    CHECK(error.kind() == ErrorKind::Transport);
    CHECK(error.what() ==
          "connecting to 127.0.0.1:" + std::to_string(port) + ": connection refused");
}

}  // namespace kcert::net
