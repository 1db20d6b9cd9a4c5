// SPDX-License-Identifier: Apache-2.0

#include <catch2/catch.hpp>

#include "net/curl_http_client.h"
#include "shared/net/local_servers.h"

namespace kcert::net {

namespace {

using testing::RawServer;

constexpr const char* kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

std::string place(const RawServer& server) {
    return "127.0.0.1:" + std::to_string(server.port());
}

std::string words(HttpClient& http, const Request& request) {
    const Outcome outcome = send_all(http, {&request, 1}, {}).front();
    REQUIRE(std::holds_alternative<Error>(outcome));
    return std::get<Error>(outcome).what();
}

}  // namespace

TEST_CASE("a plain URL is asked of the proxy of the settings", "[net][proxy]") {
    RawServer proxy([](int) { return kOk; });
    CurlHttpClient http({.http_proxy = place(proxy)});

    CHECK(send(http, {.url = "http://ca.test/dir"}, {}).body == "ok");
    CHECK_THAT(proxy.requests().at(0), Catch::StartsWith("GET http://ca.test/dir HTTP/1.1\r\n"));
}

TEST_CASE("a TLS connection is asked of the proxy, the URL's headers are not shown to it",
          "[net][proxy]") {
    RawServer proxy([](int) { return "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"; });
    CurlHttpClient http({.https_proxy = "http://me:s3cret@" + place(proxy)});

    const std::string error =
        words(http, {.url = "https://ca.test/dir?a=b", .headers = {{"authorization", "t0ken"}}});

    CHECK(error == "connecting to ca.test:443 through the proxy " + place(proxy) +
                       ": the proxy answered 403");
    CHECK_THAT(proxy.requests().at(0),
               Catch::StartsWith("CONNECT ca.test:443 HTTP/1.1\r\n") &&
                   Catch::Contains("Proxy-Authorization: Basic bWU6czNjcmV0") &&
                   !Catch::Contains("t0ken") && !Catch::Contains("/dir"));
}

TEST_CASE("a route's proxy goes before that of the settings", "[net][proxy]") {
    RawServer theirs([](int) { return kOk; });
    RawServer own([](int) { return kOk; });
    CurlHttpClient http({.http_proxy = place(theirs)});

    send(http, {.url = "http://ca.test/", .route = {.proxy_url = "http://" + place(own)}}, {});

    CHECK(own.requests().size() == 1);
    CHECK(theirs.requests().empty());
}

TEST_CASE("loopback is reached without the proxy of the settings", "[net][proxy]") {
    RawServer proxy([](int) { return kOk; });
    RawServer server([](int) { return kOk; });
    CurlHttpClient http({.http_proxy = place(proxy)});

    send(http, {.url = "http://" + place(server) + "/"}, {});

    CHECK(server.requests().size() == 1);
    CHECK(proxy.requests().empty());
}

TEST_CASE("the environment of the process is not read", "[net][proxy]") {
    RawServer proxy([](int) { return kOk; });
    RawServer server([](int) { return kOk; });
    setenv("http_proxy", "http://127.0.0.1:1", 1);
    setenv("no_proxy", "*", 1);
    CurlHttpClient http({});
    CurlHttpClient proxied({.http_proxy = place(proxy)});

    CHECK(send(http, {.url = "http://" + place(server) + "/"}, {}).status == 200);
    CHECK(send(proxied, {.url = "http://ca.test/"}, {}).status == 200);
    unsetenv("http_proxy");
    unsetenv("no_proxy");
}

TEST_CASE("a proxy that is not there is named without its password", "[net][proxy]") {
    int port = 0;
    {
        port = RawServer([](int) { return ""; }).port();
    }
    const std::string where = "127.0.0.1:" + std::to_string(port);
    CurlHttpClient http({.https_proxy = "http://me:s3cret@" + where});

    CHECK(words(http, {.url = "https://ca.test/"}) ==
          "connecting to ca.test:443 through the proxy " + where + ": connection refused");
}

TEST_CASE("a SOCKS proxy is given the name", "[net][proxy]") {
    // RFC 1928 §3: version 5, method 0 "no authentication"; then comes the CONNECT request.
    RawServer proxy([](int nth) { return nth == 1 ? std::string("\x05\x00", 2) : ""; });
    CurlHttpClient http({});
    const Request request{.url = "http://ca.test/",
                          .route = {.proxy_url = "socks5://" + place(proxy)}};

    const std::string error = words(http, request);

    CHECK_THAT(error, Catch::StartsWith("connecting to ca.test:80 through the proxy " +
                                        place(proxy) + ": the proxy refused"));
    CHECK_THAT(proxy.requests().at(1), Catch::Contains("\x07"
                                                       "ca.test"));
}

}  // namespace kcert::net
